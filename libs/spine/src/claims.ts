import { isRecord } from './is-record.ts';

/**
 * What the bearer token says of itself. The token is a statement for the audit, not a proof: its signature is never
 * trusted (spec 8).
 */
export type BearerToken =
  | { readonly state: 'absent' }
  | { readonly state: 'unreadable' }
  | {
      readonly state: 'read';
      /** Whether the part before the claims is a JSON object, as it should be. */
      readonly headerRead: boolean;
      readonly alg: string | null;
      readonly claims: Readonly<Record<string, unknown>>;
      /** The same as the token wrote them; well-formed JSON. */
      readonly claimsJson: string;
    };

const bearer = /^Bearer +([\w+/-]+)=*\.([\w+/-]+)=*(?:\.[\w+/-]*=*)?$/i;

/**
 * Reads the claims of an `Authorization: Bearer` value leniently, for audit should lose none: any algorithm, any
 * or no signature, with or without padding and the trailing dot.
 */
export function readBearerToken(authorization: string | undefined): BearerToken {
  if (authorization === undefined) return { state: 'absent' };
  const token = bearer.exec(authorization.trim());
  if (token === null) return { state: 'unreadable' };
  const claimsJson = decodePart(token[2] ?? '');
  const claims = readObject(claimsJson);
  if (claims === null) return { state: 'unreadable' };
  const header = token[1] === unsignedHeader ? unsigned : readObject(decodePart(token[1] ?? ''));
  const alg: unknown = header?.['alg'];
  return {
    state: 'read',
    headerRead: header !== null,
    alg: typeof alg === 'string' ? alg : null,
    claims,
    claimsJson,
  };
}

// What nearly every consumer sends (spec 8): not worth reading anew each time.
const unsigned: Readonly<Record<string, unknown>> = { alg: 'none', typ: 'JWT' };
const unsignedHeader = Buffer.from(JSON.stringify(unsigned)).toString('base64url');

function decodePart(part: string): string {
  return Buffer.from(part, 'base64url').toString('utf8');
}

function readObject(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
