import { type RevocationState } from '@ssp/contracts';
import { type Caller, type CallerCertificate, type CertificateFault } from './caller.ts';
import { type ListState, type RevocationLists, worse } from './revocation-lists.ts';
import { type Chain, type TrustSet } from './trust-set.ts';

/** Whether a caller's certificate holds, and from when until when that is so if no CA and no CRL changes. */
export type Standing = {
  readonly fault: CertificateFault | null;
  /** Null where the caller is refused. */
  readonly revocation: RevocationState | null;
  readonly fromMs: number;
  readonly untilMs: number;
};

/** What certificates are judged by: replaced whole whenever a CA or a CRL changes. */
export type Grounds = { readonly trust: TrustSet; readonly lists: RevocationLists };

export type StandingOf = (caller: Caller, nowMs: number) => Standing;

/**
 * Judges a caller for every request, so that connections that are open, sessions that are resumed and new handshakes are
 * one case. What was judged stays good while the grounds are the same ones and time alone changes nothing; a request pays for
 * two comparisons.
 */
export function createStandings(grounds: () => Grounds): StandingOf {
  const judged = new WeakMap<Caller, { grounds: Grounds; chain: Chain | null; standing: Standing }>();
  return (caller, nowMs) => {
    const current = grounds();
    const known = judged.get(caller);
    if (
      known !== undefined &&
      known.grounds === current &&
      nowMs < known.standing.untilMs &&
      nowMs >= known.standing.fromMs
    )
      return known.standing;
    const { certificate, fault } = caller;
    if (certificate === null || fault !== null) return refused(fault ?? { code: 'certificate-missing' });
    const isSameTrust = known !== undefined && known.grounds.trust === current.trust;
    const chain = isSameTrust ? known.chain : current.trust.chainOf(certificate.x509, certificate.facts);
    const standing = judge(certificate, chain, current.lists, nowMs);
    judged.set(caller, { grounds: current, chain, standing });
    return standing;
  };
}

function refused(fault: CertificateFault, fromMs = -Infinity, untilMs = Infinity): Standing {
  return { fault, revocation: null, fromMs, untilMs };
}

function judge(
  certificate: CallerCertificate,
  chain: Chain | null,
  lists: RevocationLists,
  nowMs: number,
): Standing {
  if (chain === null)
    return refused({ code: 'certificate-untrusted', detail: 'no chain within the trust set' });
  if (nowMs < chain.validFromMs)
    return refused({ code: 'certificate-not-yet-valid' }, nowMs, chain.validFromMs);
  if (nowMs >= chain.validToMs) return refused({ code: 'certificate-expired' }, nowMs);

  let state: ListState = 'fresh';
  let untilMs = chain.validToMs;
  for (const [index, link] of chain.links.entries()) {
    const status = lists.statusOf(link, nowMs);
    if (status.isRevoked)
      return refused({ code: index === 0 ? 'certificate-revoked' : 'certificate-issuer-revoked' });
    state = worse(state, status.state);
    untilMs = Math.min(untilMs, status.untilMs);
  }
  if (state === 'missing' || state === 'expired')
    return refused({ code: 'no-crl-in-force', detail: state }, nowMs, untilMs);
  if (certificate.nameFault !== null) return refused(certificate.nameFault);
  return { fault: null, revocation: state, fromMs: nowMs, untilMs };
}
