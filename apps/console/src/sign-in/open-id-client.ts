import { readFileSync } from 'node:fs';
import * as client from 'openid-client';
import { Agent, request } from 'undici';
import { renewedConnector } from '../renewed-connector.ts';
import { type SignInConfig } from './sign-in-config.ts';

/** The identity provider does not answer. */
export class ProviderAwayError extends Error {
  override readonly name = 'ProviderAwayError';
}

/** The identity provider, or what it sent, does not let this person in; `reason` is a code from a small set. */
export class SignInRefusedError extends Error {
  override readonly name = 'SignInRefusedError';
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`refused: ${reason}`, options);
    this.reason = reason;
  }
}

/** What the identity provider has given. */
export type Tokens = {
  readonly accessToken: string;
  readonly accessUntilMs: number;
  readonly refreshToken: string | null;
  readonly idToken: string;
};

/** What must come back as it was sent. */
export type Attempt = { readonly state: string; readonly nonce: string; readonly verifier: string };

/** Tokens, and the claims of a new ID token. */
export type Granted = Tokens & { readonly claims: Readonly<Record<string, unknown>> | null };

/** The console as a client of its identity provider, by the authorization code flow. All throw ProviderAwayError. */
export type OpenIdClient = {
  /** Where the browser is to go. */
  readonly begin: () => Promise<{ readonly attempt: Attempt; readonly to: string }>;
  /** What came back in the query is checked and exchanged. Throws SignInRefusedError. */
  readonly finish: (query: string, attempt: Attempt) => Promise<Granted>;
  /** Throws SignInRefusedError where the person is no longer signed in at the provider. */
  readonly refresh: (session: Pick<Tokens, 'refreshToken' | 'idToken'>) => Promise<Granted>;
  /** Takes the refresh token out of force, where the provider can. @returns where the browser is to go, or null */
  readonly end: (session: Pick<Tokens, 'refreshToken' | 'idToken'>) => Promise<string | null>;
};

export const callbackPath = '/sign-in/back';
export const signedOutPath = '/signed-out';

const timeoutSeconds = 5;

/** Asks the provider where everything is when that is first needed, so that the console starts without it. */
export function connectOpenId(config: SignInConfig, resources: AsyncDisposableStack): OpenIdClient {
  const { origin, issuer, clientId, caFile, scope } = config;
  const secret = readFileSync(config.clientSecretFile, 'utf8').trim();
  const agent = new Agent({ connect: renewedConnector({ caFile, certFile: null, keyFile: null }) });
  resources.defer(() => agent.destroy());
  let known: client.Configuration | null = null;

  async function discover(): Promise<client.Configuration> {
    known ??= await client.discovery(
      new URL(issuer),
      clientId,
      { client_secret: secret },
      client.ClientSecretBasic(secret),
      {
        timeout: timeoutSeconds,
        [client.customFetch]: fetchBy(agent),
        // The environment was checked: plain http is on loopback alone.
        execute: issuer.startsWith('http:') ? [client.allowInsecureRequests] : [],
      },
    );
    return known;
  }

  return {
    begin: () =>
      named(async () => {
        const provider = await discover();
        const verifier = client.randomPKCECodeVerifier();
        const attempt = { state: client.randomState(), nonce: client.randomNonce(), verifier };
        const to = client.buildAuthorizationUrl(provider, {
          ...Object.fromEntries(new URLSearchParams(config.authorizeParameters)),
          redirect_uri: origin + callbackPath,
          scope,
          state: attempt.state,
          nonce: attempt.nonce,
          code_challenge: await client.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
        });
        return { attempt, to: to.href };
      }),
    finish: (query, { state, nonce, verifier }) =>
      named(async () => {
        const url = new URL(`${origin}${callbackPath}?${query}`);
        const answer = await client.authorizationCodeGrant(await discover(), url, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        return granted(answer, null);
      }),
    refresh: (session) =>
      named(async () => {
        if (session.refreshToken === null) throw new SignInRefusedError('no-refresh-token');
        return granted(await client.refreshTokenGrant(await discover(), session.refreshToken), session);
      }),
    end: ({ refreshToken, idToken }) =>
      named(async () => {
        const provider = await discover();
        const { revocation_endpoint: revocation, end_session_endpoint: end } = provider.serverMetadata();
        if (refreshToken !== null && revocation !== undefined) {
          await client.tokenRevocation(provider, refreshToken);
        }
        if (end === undefined) return null;
        return client.buildEndSessionUrl(provider, {
          id_token_hint: idToken,
          post_logout_redirect_uri: origin + signedOutPath,
        }).href;
      }),
  };
}

type Answer = client.TokenEndpointResponse & client.TokenEndpointResponseHelpers;

function granted(answer: Answer, before: Pick<Tokens, 'refreshToken' | 'idToken'> | null): Granted {
  const idToken = answer.id_token ?? before?.idToken;
  if (idToken === undefined) throw new SignInRefusedError('no-id-token');
  return {
    accessToken: answer.access_token,
    // Where the provider does not say how long it lasts, it is renewed soon.
    accessUntilMs: Date.now() + (answer.expiresIn() ?? 60) * 1_000,
    refreshToken: answer.refresh_token ?? before?.refreshToken ?? null,
    idToken,
    claims: answer.claims() ?? null,
  };
}

/** A fetch that goes by our connections, and for which an answer of 5xx is none. */
function fetchBy(agent: Agent): client.CustomFetch {
  return async (url, { method, headers, body, signal }) => {
    try {
      const answer = await request(url, {
        dispatcher: agent,
        method: method === 'POST' ? 'POST' : 'GET',
        headers,
        body: body instanceof URLSearchParams ? body.toString() : null,
        signal: signal ?? null,
      });
      const bytes = await answer.body.bytes();
      if (answer.statusCode >= 500) throw new Error(`it answered ${answer.statusCode}`);
      const sent = new Headers();
      for (const [name, value] of Object.entries(answer.headers))
        sent.set(name, [value ?? ''].flat().join(', '));
      return new Response(bytes.length === 0 ? null : Buffer.from(bytes), {
        status: answer.statusCode,
        headers: sent,
      });
    } catch (cause) {
      throw new ProviderAwayError('the identity provider does not answer', { cause });
    }
  };
}

/** Tells an absent provider from a refusal: there are no other faults that a person or we could mend. */
async function named<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProviderAwayError || error instanceof SignInRefusedError) throw error;
    if (error instanceof Error && error.cause instanceof ProviderAwayError) throw error.cause;
    if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError) {
      throw new SignInRefusedError(codeOf(error.error), { cause: error });
    }
    throw new SignInRefusedError('unfit-answer', { cause: error });
  }
}

/** OAuth's own codes; anything else that stands in an address is not repeated. */
function codeOf(code: string): string {
  return /^[a-z_]{1,40}$/.test(code) ? code : 'unknown-error';
}
