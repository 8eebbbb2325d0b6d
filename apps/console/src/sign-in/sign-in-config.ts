import { type KafkaConfig, kafkaEnvironment, toKafkaConfig } from '@ssp/kafka';
import { count, filePath, Issuer } from '@ssp/service';
import { z } from 'zod';

const loopback = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/;

/** How people sign in; for the environment of the console. */
export const signInEnvironment = {
  ...kafkaEnvironment,
  CONSOLE_URL: z
    .url({ protocol: /^https?$/ })
    .refine((url) => {
      const { protocol, hostname, pathname, search } = new URL(url);
      const isSafe = protocol === 'https:' || loopback.test(hostname);
      return isSafe && pathname === '/' && search === '';
    }, 'give https and a host alone; http is for loopback')
    .describe('Where browsers have the console, such as https://console.example.nhs.uk'),
  OIDC_ISSUER: Issuer.describe('The identity provider, as its discovery document names itself'),
  OIDC_CLIENT_ID: z.string().min(1).describe('Name by which the identity provider knows the console'),
  OIDC_CLIENT_SECRET_FILE: filePath.describe('File that holds the secret that belongs to that name'),
  OIDC_CA_FILE: filePath
    .optional()
    .describe(
      'CA that the identity provider’s certificate must come from, PEM; without it those that Node trusts',
    ),
  OIDC_SCOPE: z
    .string()
    .regex(/(^| )openid( |$)/, 'openid must be among them')
    .default('openid profile')
    .describe(
      'Scopes that are asked for, separated by blanks; many providers want offline_access for refresh tokens',
    ),
  OIDC_AUTHORIZE_PARAMETERS: z
    .string()
    .default('')
    .describe('Further parameters of the way to the identity provider, as a query: `audience=urn:ssp:apis`'),
  CONSOLE_SESSION_KEY_FILE: filePath.describe(
    'Keys that seal sessions, the same for all copies of the console: 32 random bytes in base64, one a line; the first seals, all open',
  ),
  CONSOLE_SESSION_IDLE_MINUTES: count
    .default(30)
    .describe('Minutes without a page after which people must sign in again'),
  CONSOLE_SESSION_HOURS: count
    .default(12)
    .describe('Hours after which people must sign in again in any case'),
};

/** How people sign in. */
export type SignInConfig = {
  /** Origin of the console as browsers have it. */
  readonly origin: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecretFile: string;
  readonly caFile: string | null;
  readonly scope: string;
  readonly authorizeParameters: string;
  readonly sessionKeyFile: string;
  readonly idleMs: number;
  readonly lastsMs: number;
  readonly kafka: KafkaConfig;
};

/** Nests what `signInEnvironment` has read. */
export function toSignInConfig(env: z.output<z.ZodObject<typeof signInEnvironment>>): SignInConfig {
  return {
    origin: new URL(env.CONSOLE_URL).origin,
    issuer: env.OIDC_ISSUER,
    clientId: env.OIDC_CLIENT_ID,
    clientSecretFile: env.OIDC_CLIENT_SECRET_FILE,
    caFile: env.OIDC_CA_FILE ?? null,
    scope: env.OIDC_SCOPE,
    authorizeParameters: env.OIDC_AUTHORIZE_PARAMETERS,
    sessionKeyFile: env.CONSOLE_SESSION_KEY_FILE,
    idleMs: env.CONSOLE_SESSION_IDLE_MINUTES * 60_000,
    lastsMs: env.CONSOLE_SESSION_HOURS * 3_600_000,
    kafka: toKafkaConfig(env, 'console'),
  };
}
