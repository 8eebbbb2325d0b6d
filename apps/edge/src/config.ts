import { networks } from '@ssp/contracts';
import { kafkaEnvironment, toKafkaConfig } from '@ssp/kafka';
import { count, filePath, flag, milliseconds, port } from '@ssp/service';
import { requiredCiphers, tokenEnforcements } from '@ssp/spine';
import { z } from 'zod';
import { parseCorsOrigins } from './answer/cors.ts';
import { doorEnvironment, toDoorLimits } from './door/door-environment.ts';
import { providerEnvironment, toProviderConfig } from './provider/provider-environment.ts';
import { crlEnvironment, toCrlConfig } from './tls/crl-environment.ts';
import { type DnPolicy, parseDnPolicy } from './tls/dn-policy.ts';
import { TlsVersion } from './tls/tls-version.ts';

function readDnPolicy(text: string, context: z.RefinementCtx): DnPolicy {
  try {
    return parseDnPolicy(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'no policy' });
    return z.NEVER;
  }
}

/** The edge's environment. */
export const EdgeConfig = z
  .object({
    EDGE_HOST: z.string().default('0.0.0.0').describe('Address on which consumers are served'),
    EDGE_HTTPS_PORT: port.default(8443).describe('Port of the mutual-TLS listener'),
    EDGE_HTTP_PORT: port.default(8080).describe('Port of the plain listener, which only redirects to HTTPS'),
    EDGE_PUBLIC_NAME: z.string().default('spine-secure-proxy').describe('Pseudonym in Via and Forwarded'),
    EDGE_NETWORK: z
      .enum(networks)
      .default('private')
      .describe(
        'Network on which consumers are served; over the internet only systems of that category may ask',
      ),
    EDGE_TLS_CERT_FILE: filePath.describe('Certificate chain shown to consumers, PEM'),
    EDGE_TLS_KEY_FILE: filePath.describe('Private key of that certificate, PEM'),
    EDGE_CLIENT_CA_FILE: filePath.describe('CAs whose consumer certificates are trusted, PEM bundle'),
    EDGE_CLIENT_DN_POLICY: z
      .string()
      .default('O=nhs, OU=Devices')
      .transform(readDnPolicy)
      .describe('Attributes that the subject of a consumer certificate must have; none asks for none'),
    EDGE_TLS_CIPHERS: z
      .string()
      .default(requiredCiphers)
      .describe('OpenSSL cipher list towards consumers, best first'),
    EDGE_TLS_MAX_VERSION: TlsVersion.default('TLSv1.2').describe('Highest TLS version towards consumers'),
    ...crlEnvironment,
    ...doorEnvironment,
    ...providerEnvironment,
    EDGE_AUTHZ_URL: z.url().default('http://127.0.0.1:7001').describe('Where authz is asked'),
    EDGE_AUTHZ_TIMEOUT_MS: milliseconds
      .default(1_000)
      .describe('Longest wait for authz; then the exchange is refused with 503'),
    EDGE_THROTTLE_URL: z.url().default('http://127.0.0.1:7002').describe('Where throttle is asked'),
    EDGE_THROTTLE_TIMEOUT_MS: milliseconds
      .default(1_000)
      .describe('Longest wait for throttle; then the exchange is refused with 503'),
    EDGE_INTERNAL_CA_FILE: filePath
      .optional()
      .describe('CA of authz and throttle where they are asked over TLS, PEM'),
    EDGE_INTERNAL_CERT_FILE: filePath
      .optional()
      .describe('Client certificate shown to authz and throttle, PEM'),
    EDGE_INTERNAL_KEY_FILE: filePath.optional().describe('Private key of that certificate, PEM'),
    EDGE_AUDIT_TIMEOUT_MS: milliseconds
      .default(2_000)
      .describe(
        'Longest wait for Kafka, or with a spool for its disk, until an event is durable; then the exchange is refused with 503',
      ),
    EDGE_TALLY_SECONDS: count
      .max(86_400)
      .default(60)
      .describe(
        'How often this process tells how many exchanges of the hour it has completed, beside telling of each',
      ),
    EDGE_AUDIT_QUEUE_MAX: count
      .default(20_000)
      .describe(
        'Most audit events held in memory where neither Kafka nor a spool takes them; beyond it exchanges are refused with 503',
      ),
    EDGE_SPOOL_DIR: filePath
      .optional()
      .describe(
        'Folder of this process alone, on a disk that outlives it, for audit events while Kafka is away; without one they wait in memory and exchanges are refused with 503',
      ),
    EDGE_SPOOL_BYTES_MAX: count
      .default(1_024 * 1_024 * 1_024)
      .describe('Most bytes of the spool; beyond it exchanges are refused with 503'),
    EDGE_SPOOL_AFTER_MS: milliseconds
      .default(250)
      .describe('How long Kafka may take to acknowledge before audit events go to the spool'),
    EDGE_ERROR_FORMAT: z
      .enum(['xml', 'json'])
      .default('xml')
      .describe('Format of refusals where the request names none'),
    EDGE_TARGET_PORT_443: flag
      .default(false)
      .describe('Whether a target may say :443 after its host, as if it did not; other ports are refused'),
    EDGE_TARGET_COLLAPSED_SLASH: flag
      .default(false)
      .describe('Whether a target may begin https:/host, as if it began https://host'),
    EDGE_INTERACTIONS_FILE: filePath
      .optional()
      .describe(
        'JSON file of rules for each interaction; watched and reloaded; without one the defaults hold',
      ),
    EDGE_TOKEN_ENFORCEMENT: z
      .enum(tokenEnforcements)
      .default('off')
      .describe(
        'How closely tokens are looked at where the interactions file does not say: off, structure or full',
      ),
    EDGE_TOKEN_LIFETIME_MAX_SECONDS: count
      .default(300)
      .describe("Longest time between a token's iat and its exp, where tokens are looked at"),
    EDGE_TOKEN_SKEW_SECONDS: z.coerce
      .number()
      .int()
      .min(0)
      .default(30)
      .describe("By how much a consumer's clock may differ, where tokens are looked at in full"),
    EDGE_NHS_NUMBER_CHECK: flag
      .default(false)
      .describe('Refuse a query whose identifier parameter holds an NHS number that is none'),
    EDGE_CORS_ORIGINS: z
      .string()
      .default('')
      .transform(parseCorsOrigins)
      .describe(
        'Origins whose pages may read answers, separated by commas, or *; with any, OPTIONS is answered',
      ),
    EDGE_CORS_MAX_AGE_SECONDS: count
      .default(600)
      .describe('How long a browser may keep the answer to OPTIONS'),
    ...kafkaEnvironment,
  })
  .refine((env) => env.EDGE_CRL_FILES.length + env.EDGE_CRL_URLS.length > 0, {
    path: ['EDGE_CRL_FILES'],
    message: 'without CRLs, from files or EDGE_CRL_URLS, every certificate would be refused',
  })
  .transform((env) => ({
    listen: { host: env.EDGE_HOST, httpsPort: env.EDGE_HTTPS_PORT, httpPort: env.EDGE_HTTP_PORT },
    publicName: env.EDGE_PUBLIC_NAME,
    network: env.EDGE_NETWORK,
    tls: { ciphers: env.EDGE_TLS_CIPHERS, maxVersion: env.EDGE_TLS_MAX_VERSION },
    server: {
      certFile: env.EDGE_TLS_CERT_FILE,
      keyFile: env.EDGE_TLS_KEY_FILE,
      clientCaFile: env.EDGE_CLIENT_CA_FILE,
    },
    limits: toDoorLimits(env),
    drainGraceMs: env.EDGE_DRAIN_GRACE_MS,
    crl: toCrlConfig(env),
    dnPolicy: env.EDGE_CLIENT_DN_POLICY,
    provider: toProviderConfig(env, { ciphers: env.EDGE_TLS_CIPHERS, maxVersion: env.EDGE_TLS_MAX_VERSION }),
    asks: {
      authz: { url: env.EDGE_AUTHZ_URL, timeoutMs: env.EDGE_AUTHZ_TIMEOUT_MS },
      throttle: { url: env.EDGE_THROTTLE_URL, timeoutMs: env.EDGE_THROTTLE_TIMEOUT_MS },
      tls: {
        caFile: env.EDGE_INTERNAL_CA_FILE,
        certFile: env.EDGE_INTERNAL_CERT_FILE,
        keyFile: env.EDGE_INTERNAL_KEY_FILE,
      },
    },
    audit: {
      timeoutMs: env.EDGE_AUDIT_TIMEOUT_MS,
      tallyMs: env.EDGE_TALLY_SECONDS * 1_000,
      queueMax: env.EDGE_AUDIT_QUEUE_MAX,
      spool:
        env.EDGE_SPOOL_DIR === undefined
          ? null
          : {
              directory: env.EDGE_SPOOL_DIR,
              maxBytes: env.EDGE_SPOOL_BYTES_MAX,
              afterMs: env.EDGE_SPOOL_AFTER_MS,
            },
    },
    target: { port443: env.EDGE_TARGET_PORT_443, collapsedSlash: env.EDGE_TARGET_COLLAPSED_SLASH },
    errorFormat: env.EDGE_ERROR_FORMAT,
    interactions: {
      file: env.EDGE_INTERACTIONS_FILE,
      enforcement: env.EDGE_TOKEN_ENFORCEMENT,
      lifetimeMaxSeconds: env.EDGE_TOKEN_LIFETIME_MAX_SECONDS,
      skewSeconds: env.EDGE_TOKEN_SKEW_SECONDS,
    },
    nhsNumberCheck: env.EDGE_NHS_NUMBER_CHECK,
    cors: { origins: env.EDGE_CORS_ORIGINS, maxAgeSeconds: env.EDGE_CORS_MAX_AGE_SECONDS },
    kafka: toKafkaConfig(env, 'edge'),
  }));
export type EdgeConfig = z.output<typeof EdgeConfig>;
