import { matchesEndpoint, readEndpoint } from './endpoint-match.ts';
import { parseTarget } from './target.ts';
import { type Claims, tokenForm } from './token-form.ts';

/** What the directory says of an exchange, for a token to agree with. */
export type DirectoryFacts = {
  /** The registered endpoint that covers the target. */
  readonly endpoint: string;
  /** ODS code of the organisation to which the sender's ASID belongs; null where the directory does not say. */
  readonly senderOds: string | null;
};

/**
 * Where a token differs from the directory: `aud` is to lie at or under the registered endpoint, or to be one of
 * `audiences` to the letter, and the requesting organisation is to be the sender's (spec 8). The token's structure
 * must have been checked before.
 */
export function tokenPartyFault(
  claims: Claims,
  facts: DirectoryFacts,
  audiences: readonly string[],
): 'audience-mismatch' | 'organisation-mismatch' | null {
  const { aud } = claims;
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!named.some((audience) => isFor(audience, facts.endpoint, audiences))) return 'audience-mismatch';
  const organisation = tokenForm(claims).organisation(claims);
  if (organisation === null || facts.senderOds === null) return 'organisation-mismatch';
  return organisation.toUpperCase() === facts.senderOds.toUpperCase() ? null : 'organisation-mismatch';
}

function isFor(audience: unknown, registered: string, audiences: readonly string[]): boolean {
  if (typeof audience !== 'string') return false;
  if (audiences.includes(audience)) return true;
  const endpoint = readEndpoint(registered, { trailingSlash: 'ignored', port443: true });
  const parsed = parseTarget(`/${audience}`, { collapsedSlash: false, port443: true });
  return endpoint !== null && parsed.ok && matchesEndpoint(endpoint, parsed.target);
}
