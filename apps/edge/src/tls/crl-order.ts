/** What places a CRL among its issuer's others. */
export type CrlEdition = {
  readonly number: bigint | null;
  readonly thisUpdateMs: number;
  /** Of all its octets. */
  readonly digest: string;
};

/** How far an issuer's clock may be ahead of ours. */
const skewMs = 5 * 60_000;
/** How far back issuers may date a list, for the sake of clocks that are late. */
const backdatedMs = 60 * 60_000;

/**
 * Whether a CRL may take the place of the one in force: `known` is that very list. The number decides (RFC 5280 5.2.3) where
 * both have one, for only the issuer can sign a higher one; otherwise the date does.
 */
export function crlOrder(
  offered: CrlEdition,
  inForce: CrlEdition | null,
  nowMs: number,
): 'newer' | 'known' | 'older' | 'number-reused' | 'from-the-future' {
  if (offered.digest === inForce?.digest) return 'known';
  if (offered.thisUpdateMs > nowMs + skewMs) return 'from-the-future';
  if (inForce === null) return 'newer';
  if (offered.number === null || inForce.number === null)
    return offered.thisUpdateMs > inForce.thisUpdateMs ? 'newer' : 'older';
  if (offered.number === inForce.number) return 'number-reused';
  const isBackdated = offered.thisUpdateMs < inForce.thisUpdateMs - backdatedMs;
  return offered.number < inForce.number || isBackdated ? 'older' : 'newer';
}
