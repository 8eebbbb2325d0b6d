import { type ListState, stateOf, worse } from './revocation-lists.ts';
import { type Grounds } from './standings.ts';
import { type TrustedCa } from './trust-set.ts';

/** How a trusted CA's CRLs stand. */
export type IssuerState = {
  readonly label: string;
  /** The worst of its lists, if it has several. */
  readonly state: ListState;
  /** When the first of them ends, epoch milliseconds; null where there is none. */
  readonly nextUpdateMs: number | null;
};

/** How the CRLs of every trusted CA stand whose own certificate still holds. */
export function issuerStates({ trust, lists }: Grounds, graceMs: number, nowMs: number): IssuerState[] {
  return trust.cas
    .filter((ca) => nowMs < ca.validToMs)
    .map((ca) => {
      const own = lists.of(ca);
      const states = own.map((list) => stateOf(list, graceMs, nowMs).state);
      return {
        label: ca.label,
        state: own.length === 0 ? 'missing' : states.reduce<ListState>(worse, 'fresh'),
        nextUpdateMs: own.length === 0 ? null : Math.min(...own.map(({ nextUpdateMs }) => nextUpdateMs)),
      };
    });
}

/**
 * Whether any trusted CA can have a consumer's certificate accepted now. CAs that certify CAs alone do not count: of two
 * hierarchies one may be without a CRL, and the other's consumers are still served.
 */
export function canAcceptAny(grounds: Grounds, graceMs: number, nowMs: number): boolean {
  const { cas } = grounds.trust;
  const issuing = cas.filter((ca) => !ca.isSelfSigned);
  return (issuing.length === 0 ? cas : issuing).some((ca) => canAccept(ca, grounds, graceMs, nowMs));
}

function canAccept(ca: TrustedCa, { trust, lists }: Grounds, graceMs: number, nowMs: number): boolean {
  if (nowMs >= ca.validToMs) return false;
  const isInForce = lists.of(ca).some((list) => stateOf(list, graceMs, nowMs).state !== 'expired');
  if (!isInForce || ca.isSelfSigned) return isInForce;
  const chain = trust.chainOf(ca.x509, ca.facts);
  return (
    chain !== null &&
    nowMs < chain.validToMs &&
    chain.links.every((link) => {
      const { isRevoked, state } = lists.statusOf(link, nowMs);
      return !isRevoked && (state === 'fresh' || state === 'grace');
    })
  );
}
