import { hash } from 'node:crypto';
import { covers, type CrlObstacle, type CrlScope, scopeKey } from './crl-extensions.ts';
import { type CrlEdition, crlOrder } from './crl-order.ts';
import { signerOf } from './crl-signature.ts';
import { type CrlHead, readCrlHead, readRevokedSerials } from './crl.ts';
import { type Link, type TrustedCa, type TrustSet } from './trust-set.ts';

/** A CRL that has been found true, and is believed until it ends. */
export type ListInForce = CrlEdition & {
  readonly issuer: TrustedCa;
  readonly scope: CrlScope;
  readonly nextUpdateMs: number;
  /** Keys of `serialKey`. */
  readonly revoked: ReadonlySet<string>;
};

/** Why a CRL was not taken; what it was to replace stays in force. */
export type CrlRefusal =
  | CrlObstacle
  | 'unreadable'
  | 'issuer-unknown'
  | 'signature-algorithm'
  | 'signature-wrong'
  | 'no-next-update'
  | 'from-the-future'
  | 'older'
  | 'number-reused';

/** `known` was in force before. */
export type CrlOffer =
  | { readonly outcome: 'taken' | 'known'; readonly list: ListInForce }
  | { readonly outcome: 'refused'; readonly reason: CrlRefusal; readonly issuer: string | null };

/** How much the lists that speak of a certificate are worth: `grace` is past a nextUpdate, yet believed by policy. */
export type ListState = 'fresh' | 'grace' | 'expired' | 'missing';

/** What the CRLs say of one link of a chain, and until when they say so if none is replaced. */
export type LinkStatus = {
  readonly isRevoked: boolean;
  readonly state: ListState;
  readonly untilMs: number;
};

export type RevocationLists = {
  /** Proves a CRL, and takes it if it is newer than what is in force. Costs a signature and a walk of the list. */
  readonly offer: (der: Buffer, nowMs: number) => Promise<CrlOffer>;
  /** Forgets the lists of issuers that are no longer trusted. */
  readonly retain: (trust: TrustSet) => void;
  readonly of: (issuer: TrustedCa) => readonly ListInForce[];
  readonly statusOf: (link: Link, nowMs: number) => LinkStatus;
};

/** Holds the CRLs in force, one for each scope of each issuer. `trust` gives the set of the moment. */
export function createRevocationLists(trust: () => TrustSet, graceMs: number): RevocationLists {
  const byIssuer = new Map<string, ReadonlyMap<string, ListInForce>>();
  const inForce = (issuer: TrustedCa, scope: CrlScope) =>
    byIssuer.get(issuer.issuerId)?.get(scopeKey(scope)) ?? null;

  const take = (list: ListInForce, nowMs: number): CrlOffer => {
    // Judged again: while it was read another one may have come, or its issuer gone.
    const { issuer, scope } = list;
    if (!trust().cas.some(({ issuerId }) => issuerId === issuer.issuerId))
      return { outcome: 'refused', reason: 'issuer-unknown', issuer: issuer.label };
    const order = crlOrder(list, inForce(issuer, scope), nowMs);
    if (order === 'known') return { outcome: order, list };
    if (order !== 'newer') return { outcome: 'refused', reason: order, issuer: issuer.label };
    const others = byIssuer.get(issuer.issuerId) ?? new Map<string, ListInForce>();
    byIssuer.set(issuer.issuerId, new Map([...others, [scopeKey(scope), list]]));
    return { outcome: 'taken', list };
  };

  return {
    offer: async (der, nowMs) => {
      const head = headOf(der);
      if (head === null) return { outcome: 'refused', reason: 'unreadable', issuer: null };
      const signer = await signerOf(head, trust());
      if (typeof signer === 'string') return { outcome: 'refused', reason: signer, issuer: null };
      const refused = (reason: CrlRefusal): CrlOffer => ({
        outcome: 'refused',
        reason,
        issuer: signer.label,
      });
      const { number, scope, obstacle } = head.extensions;
      if (obstacle !== null) return refused(obstacle);
      if (head.nextUpdateMs === null) return refused('no-next-update');
      const edition = { number, thisUpdateMs: head.thisUpdateMs, digest: hash('sha256', der) };
      const former = inForce(signer, scope);
      const order = crlOrder(edition, former, nowMs);
      if (order === 'known' && former !== null) return { outcome: 'known', list: former };
      if (order !== 'newer' && order !== 'known') return refused(order);
      const revoked = await readRevokedSerials(head).catch(() => null);
      // What has been signed and yet cannot be read has an entry of a kind that we must not pass over.
      if (revoked === null) return refused('critical-extension');
      return take({ ...edition, issuer: signer, scope, nextUpdateMs: head.nextUpdateMs, revoked }, nowMs);
    },
    retain: ({ cas }) => {
      const trusted = new Set(cas.map(({ issuerId }) => issuerId));
      for (const issuerId of byIssuer.keys()) if (!trusted.has(issuerId)) byIssuer.delete(issuerId);
    },
    of: ({ issuerId }) => [...(byIssuer.get(issuerId)?.values() ?? [])],
    statusOf: ({ issuer, facts }, nowMs) => {
      let status: LinkStatus = { isRevoked: false, state: 'missing', untilMs: Infinity };
      for (const list of byIssuer.get(issuer.issuerId)?.values() ?? []) {
        if (!covers(list.scope, facts)) continue;
        const { state, untilMs } = stateOf(list, graceMs, nowMs);
        status = {
          isRevoked: status.isRevoked || list.revoked.has(facts.serialKey),
          state: better(status.state, state),
          untilMs: Math.min(status.untilMs, untilMs),
        };
      }
      return status;
    },
  };
}

function headOf(der: Buffer): CrlHead | null {
  try {
    return readCrlHead(der);
  } catch {
    return null;
  }
}

/** What a list is worth now, and until when. */
export function stateOf(
  { nextUpdateMs }: ListInForce,
  graceMs: number,
  nowMs: number,
): { readonly state: 'fresh' | 'grace' | 'expired'; readonly untilMs: number } {
  if (nowMs < nextUpdateMs) return { state: 'fresh', untilMs: nextUpdateMs };
  const graceEndsMs = nextUpdateMs + graceMs;
  return nowMs < graceEndsMs
    ? { state: 'grace', untilMs: graceEndsMs }
    : { state: 'expired', untilMs: Infinity };
}

const bestFirst: readonly ListState[] = ['fresh', 'grace', 'expired', 'missing'];

function better(one: ListState, other: ListState): ListState {
  return bestFirst.indexOf(one) < bestFirst.indexOf(other) ? one : other;
}

/** The state of something that needs both. */
export function worse(one: ListState, other: ListState): ListState {
  return bestFirst.indexOf(one) < bestFirst.indexOf(other) ? other : one;
}
