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
  return { state: 'read', alg: algorithmOf(token[1] ?? ''), claims, claimsJson };
}

// What nearly every consumer sends (spec 8): not worth reading anew each time.
const unsignedHeader = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');

function algorithmOf(header: string): string | null {
  if (header === unsignedHeader) return 'none';
  const alg = readObject(decodePart(header))?.['alg'];
  return typeof alg === 'string' ? alg : null;
}

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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
