import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { type Caller } from '../caller.ts';
import { Problem } from '../problem.ts';
import { IssuerAwayError, issuerKeys } from './issuer-keys.ts';
import { type OpenIdConfig } from './open-id-environment.ts';
import { Person } from './person.ts';

/** Asymmetric ones alone: a key that checks signatures makes none. */
const algorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'];

/** Says whose an access token is; null where it is none in force. Throws Problem 403 or 503. */
export type ReadAccessToken = (token: string) => Promise<Caller | null>;

/** Reads access tokens of an issuer: JWTs of the type at+jwt (RFC 9068). */
export function tokenReader(config: OpenIdConfig): ReadAccessToken {
  const keys = issuerKeys(config);
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: config.issuer,
        audience: config.audience,
        algorithms,
        typ: 'at+jwt',
        clockTolerance: 30,
        requiredClaims: ['exp', 'iat', 'sub'],
      });
      const person = Person.safeParse(payload);
      if (person.success) return person.data;
      throw new Problem(403, `The token’s person has no role here: ${z.prettifyError(person.error)}`);
    } catch (error) {
      if (error instanceof IssuerAwayError) {
        throw new Problem(
          503,
          'The identity provider does not answer, so the token cannot be checked.',
          {},
          error,
        );
      }
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  };
}
