import { type BearerToken } from './claims.ts';
import { type TokenScope, tokenScopes } from './interactions.ts';
import { type CheckedClaim, type Claims, tokenForm } from './token-form.ts';

/** How closely the tokens of an interaction are looked at. */
export const tokenEnforcements = ['off', 'structure', 'full'] as const;
export type TokenEnforcement = (typeof tokenEnforcements)[number];

/** Faults of a token that are not about one claim. */
export const tokenFaults = [
  'token-missing',
  'token-malformed',
  'expires-before-issued',
  'lifetime-too-long',
  'expired',
  'issued-in-future',
  'subject-mismatch',
  'scope-mismatch',
  'system-mismatch',
  'audience-mismatch',
  'organisation-mismatch',
] as const;

/** What may be wrong with a token; never says what the token said. */
export type TokenFault =
  | (typeof tokenFaults)[number]
  | `claim-missing:${CheckedClaim}`
  | `claim-invalid:${CheckedClaim}`;

export type TokenRules = {
  readonly enforcement: TokenEnforcement;
  /** The token needs one of these; any known scope does where none is given. */
  readonly scopes: readonly TokenScope[];
  /** Longest `exp` after `iat`; 300 by the specification. */
  readonly lifetimeMaxSeconds: number;
  /** By how much the consumer's clock may differ from ours. */
  readonly skewSeconds: number;
};

/**
 * What speaks against a token, as far as the request alone tells (spec 8). The signature and `alg` are not looked at:
 * there is no key by which they could be, and none of this proves who wrote the token.
 * @param from the request's `Ssp-From`
 */
export function tokenFault(
  bearer: BearerToken,
  rules: TokenRules,
  from: string,
  nowSeconds: number,
): TokenFault | null {
  if (rules.enforcement === 'off') return null;
  if (bearer.state === 'absent') return 'token-missing';
  if (bearer.state === 'unreadable' || !bearer.headerRead) return 'token-malformed';
  const fault = structureFault(bearer.claims, rules);
  if (fault !== null || rules.enforcement === 'structure') return fault;
  return contentFault(bearer.claims, rules, from, nowSeconds);
}

function structureFault(claims: Claims, rules: TokenRules): TokenFault | null {
  for (const [name, isValid] of tokenForm(claims).required) {
    const claim = Object.hasOwn(claims, name) ? claims[name] : undefined;
    if (claim === undefined || claim === null || claim === '') return `claim-missing:${name}`;
    if (!isValid(claim)) return `claim-invalid:${name}`;
  }
  const lifetimeSeconds = Number(claims['exp']) - Number(claims['iat']);
  if (lifetimeSeconds < 0) return 'expires-before-issued';
  return lifetimeSeconds > rules.lifetimeMaxSeconds ? 'lifetime-too-long' : null;
}

function contentFault(
  claims: Claims,
  rules: TokenRules,
  from: string,
  nowSeconds: number,
): TokenFault | null {
  if (nowSeconds >= Number(claims['exp']) + rules.skewSeconds) return 'expired';
  if (nowSeconds < Number(claims['iat']) - rules.skewSeconds) return 'issued-in-future';
  const form = tokenForm(claims);
  const subject = form.subject(claims);
  if (subject !== undefined && subject !== claims['sub']) return 'subject-mismatch';
  const asked = String(form.scope(claims)).split(/\s+/);
  const needed = rules.scopes.length === 0 ? tokenScopes : rules.scopes;
  if (!needed.some((scope) => asked.includes(scope))) return 'scope-mismatch';
  const system = form.system(claims);
  return system === null || system === from ? null : 'system-mismatch';
}
