/**
 * What the bearer token says of itself. The token is a statement for the audit, not a proof: its signature is never
 * trusted (spec 8).
 */
export type BearerToken =
  | { readonly state: 'absent' }
  | { readonly state: 'unreadable' }
  | {
      readonly state: 'read';
      readonly alg: string | null;
      readonly claims: Readonly<Record<string, unknown>>;
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
  const header = readPart(token[1]);
  const claims = readPart(token[2]);
  if (claims === null) return { state: 'unreadable' };
  const alg = header?.['alg'];
  return { state: 'read', alg: typeof alg === 'string' ? alg : null, claims };
}

function readPart(part: string | undefined): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
