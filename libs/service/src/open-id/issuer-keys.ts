import { text } from 'node:stream/consumers';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWTVerifyGetKey,
  type RemoteJWKSet,
} from 'jose';
import { z } from 'zod';
import { openLink } from '../operator/open-link.ts';
import { Issuer, type OpenIdConfig } from './open-id-environment.ts';

/** The identity provider gives no keys, and none are known that would do. */
export class IssuerAwayError extends Error {
  override readonly name = 'IssuerAwayError';
}

const timeoutMs = 5_000;
/** An unknown key makes the keys be asked for again no more often than this, whoever invents key ids. */
const cooldownMs = 30_000;
/** After a failure nobody asks for so long. */
const pauseMs = 5_000;
const freshMs = 600_000;
/** Keys that cannot be asked for again still hold so long: about as long as any token that was made meanwhile. */
const keptMs = 3_600_000;

// Whoever can change keys on their way can sign any token, so they come by no lesser way than the issuer's own word.
const Discovery = z.object({ issuer: z.string(), jwks_uri: Issuer });

/** Finds the keys of an issuer by its discovery document when the first is needed, and keeps them. The function throws an IssuerAwayError. */
export function issuerKeys({ issuer, caFile }: OpenIdConfig): JWTVerifyGetKey {
  let keySet: Promise<RemoteJWKSet> | null = null;
  let failedAtMs = -Infinity;
  let fetchedAtMs = -Infinity;

  async function fetchJson(url: string, signal: AbortSignal): Promise<string> {
    const { origin, pathname, search } = new URL(url);
    const ask = openLink({ url: origin, caFile, certFile: null, keyFile: null }, 'the identity provider');
    const headers = { accept: 'application/json' };
    return text(await ask(`${pathname}${search}`, { signal, timeout: timeoutMs, headers }));
  }

  async function discover(): Promise<RemoteJWKSet> {
    const place = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const found = Discovery.parse(JSON.parse(await fetchJson(place, AbortSignal.timeout(timeoutMs))));
    if (found.issuer !== issuer) throw new Error(`the identity provider names itself ${found.issuer}`);
    return createRemoteJWKSet(new URL(found.jwks_uri), {
      timeoutDuration: timeoutMs,
      cooldownDuration: cooldownMs,
      cacheMaxAge: freshMs,
      [customFetch]: async (url, { signal }) => {
        const answer = new Response(await fetchJson(url, signal));
        fetchedAtMs = Date.now();
        return answer;
      },
    });
  }

  async function known(): Promise<RemoteJWKSet> {
    keySet ??= discover();
    try {
      return await keySet;
    } catch (error) {
      keySet = null;
      throw error;
    }
  }

  /** A key among those last told, while they may still be used. One that is not there may be new, so nobody can say that there is none. */
  async function keptKey(header: Header, token: Token, cause: unknown) {
    const keys = keySet === null || Date.now() - fetchedAtMs > keptMs ? undefined : (await keySet).jwks();
    if (keys === undefined) throw new IssuerAwayError('the identity provider gives no keys', { cause });
    try {
      return await createLocalJWKSet(keys)(header, token);
    } catch (error) {
      if (!isOfToken(error)) throw error;
      throw new IssuerAwayError('the key is none of those kept', { cause: cause ?? error });
    }
  }

  return async (header, token) => {
    let cause: unknown = null;
    if (Date.now() - failedAtMs >= pauseMs) {
      try {
        return await (
          await known()
        )(header, token);
      } catch (error) {
        if (isOfToken(error)) throw error;
        failedAtMs = Date.now();
        cause = error;
      }
    }
    return keptKey(header, token, cause);
  };
}

type Header = Parameters<JWTVerifyGetKey>[0];
type Token = Parameters<JWTVerifyGetKey>[1];

/** Is it for the token that there is no key, rather than for the issuer? */
function isOfToken(error: unknown): boolean {
  if (error instanceof errors.JWKSInvalid || error instanceof errors.JWKSTimeout) return false;
  // What cannot be fetched or parsed has the general code.
  return error instanceof errors.JOSEError && error.code !== errors.JOSEError.code;
}
