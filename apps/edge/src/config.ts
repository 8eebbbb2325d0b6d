import { kafkaEnvironment, toKafkaConfig } from '@ssp/kafka';
import { commaList, count, filePath, flag, milliseconds, port } from '@ssp/service';
import { tokenEnforcements } from '@ssp/spine';
import { z } from 'zod';
import { parseCorsOrigins } from './answer/cors.ts';
import { parseConnectTo } from './provider/connect-to.ts';
import { defaultCiphers } from './tls/ciphers.ts';
import { type DnPolicy, parseDnPolicy } from './tls/dn-policy.ts';

const tlsVersion = z.enum(['TLSv1.2', 'TLSv1.3']);

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
    EDGE_TLS_CERT_FILE: filePath.describe('Certificate chain shown to consumers, PEM'),
    EDGE_TLS_KEY_FILE: filePath.describe('Private key of that certificate, PEM'),
    EDGE_CLIENT_CA_FILE: filePath.describe('CAs whose consumer certificates are trusted, PEM bundle'),
    EDGE_CRL_FILES: commaList
      .default([])
      .describe('CRLs, one for each CA of the chain, PEM or DER; watched and reloaded'),
    EDGE_CRL_URLS: commaList
      .pipe(z.array(z.url({ protocol: /^https?$/ })))
      .default([])
      .describe('HTTP distribution points of CRLs, beside or instead of files'),
    EDGE_CRL_POLL_MS: milliseconds.default(1_000).describe('How often the CRL files are looked at'),
    EDGE_CRL_URL_POLL_MS: milliseconds
      .default(2_000)
      .describe('How often each distribution point is asked whether it has a new CRL'),
    EDGE_CRL_FETCH_TIMEOUT_MS: milliseconds
      .default(2_500)
      .describe('Longest wait for a CRL; with the former it bounds the time until a revocation is seen'),
    EDGE_CRL_BYTES_MAX: count.default(67_108_864).describe('Largest answer taken from a distribution point'),
    EDGE_CRL_GRACE_SECONDS: z.coerce
      .number()
      .int()
      .nonnegative()
      .default(0)
      .describe('How long a CRL is still believed after its nextUpdate; 0 refuses at once'),
    EDGE_CLIENT_DN_POLICY: z
      .string()
      .default('O=nhs, OU=Devices')
      .transform(readDnPolicy)
      .describe('Attributes that the subject of a consumer certificate must have; none asks for none'),
    EDGE_TLS_CIPHERS: z
      .string()
      .default(defaultCiphers)
      .describe('OpenSSL cipher list towards consumers, best first'),
    EDGE_TLS_MAX_VERSION: tlsVersion.default('TLSv1.2').describe('Highest TLS version towards consumers'),
    EDGE_CONNECTIONS_MAX: count
      .default(10_000)
      .describe('Most connections of consumers at a time; further ones are closed unheard'),
    EDGE_REQUESTS_PER_CONNECTION_MAX: count
      .default(100_000)
      .describe('Most requests on one connection; the last one is answered with Connection: close'),
    EDGE_PIPELINED_MAX: count
      .default(8)
      .describe(
        'Most requests that wait behind an answer on one connection; what comes after them is not read',
      ),
    EDGE_HEADERS_MAX: count.default(100).describe('Most headers of a request; more are refused with 431'),
    EDGE_HEADER_BYTES_MAX: count
      .default(40 * 1_024)
      .describe('Most bytes of request line and headers; more are refused with 431'),
    EDGE_SILENT_TIMEOUT_MS: milliseconds
      .default(10_000)
      .describe('Longest wait for the first byte of a connection'),
    EDGE_HANDSHAKE_TIMEOUT_MS: milliseconds.default(10_000).describe('Longest TLS handshake'),
    EDGE_HEADERS_TIMEOUT_MS: milliseconds
      .default(20_000)
      .describe('Longest time for request line and headers to arrive; then the request is refused with 408'),
    EDGE_REQUEST_TIMEOUT_MS: milliseconds
      .default(300_000)
      .describe('Longest time for a whole request to arrive, its body included; then the same'),
    EDGE_KEEP_ALIVE_TIMEOUT_MS: milliseconds
      .default(65_000)
      .describe('How long a connection waits for its next request; told to the consumer in Keep-Alive'),
    EDGE_IDLE_TIMEOUT_MS: milliseconds
      .default(120_000)
      .describe(
        'Longest time without a byte either way while an exchange is under way; more than a provider may take',
      ),
    EDGE_TIMEOUT_CHECK_MS: milliseconds
      .default(1_000)
      .describe('How often the timeouts of headers and requests are looked at'),
    EDGE_DRAIN_GRACE_MS: z.coerce
      .number()
      .int()
      .nonnegative()
      .default(5_000)
      .describe(
        'After SIGTERM, how long everything is still served, each answer the last on its connection, before nothing new is accepted; longer than the load balancer takes to notice',
      ),
    EDGE_PROVIDER_CERT_FILE: filePath.describe('Client certificate chain shown to providers, PEM'),
    EDGE_PROVIDER_KEY_FILE: filePath.describe('Private key of that certificate, PEM'),
    EDGE_PROVIDER_CA_FILE: filePath.describe('CAs whose provider certificates are trusted, PEM bundle'),
    EDGE_CONNECT_TO: z
      .string()
      .default('')
      .transform(parseConnectTo)
      .describe(
        'Where a host is dialled instead of by DNS: host:port:address:port, separated by commas; for development and tests',
      ),
    EDGE_PROVIDER_TLS_CIPHERS: z
      .string()
      .optional()
      .describe("OpenSSL cipher list of the provider leg; the consumer leg's where absent"),
    EDGE_PROVIDER_TLS_MAX_VERSION: tlsVersion
      .optional()
      .describe("Highest TLS version of the provider leg; the consumer leg's where absent"),
    EDGE_PROVIDER_CONNECTIONS: count.default(64).describe('Most connections to one provider host'),
    EDGE_PROVIDER_QUEUE_MAX: count
      .default(256)
      .describe('Most exchanges that wait for a connection to one provider host; more are refused with 503'),
    EDGE_PROVIDER_KEEP_ALIVE_MS: milliseconds
      .default(60_000)
      .describe('Longest rest of a connection to a provider, which may ask for less'),
    EDGE_PROVIDER_HEAD_BYTES_MAX: count
      .default(65_536)
      .describe("Longest head of a provider's answer, in bytes, and longest trailers; beyond it 502"),
    EDGE_PROVIDER_HEADERS_MAX: count
      .default(256)
      .describe("Most header fields of a provider's answer; beyond it 502"),
    EDGE_PROVIDER_CLOSE_DELIMITED: z
      .enum(['refuse', 'relay'])
      .default('refuse')
      .describe(
        'What becomes of an answer without a length, whose end cannot be told from a cut: 502, or passed on',
      ),
    EDGE_TIMEOUT_STATUS: z
      .enum(['504', '599'])
      .default('504')
      .describe('Status of the refusal of an exchange whose provider took too long'),
    EDGE_PROVIDER_CONNECT_TIMEOUT_MS: milliseconds
      .default(5_000)
      .describe('Longest wait for a connection to a provider, be it a new one or a free one'),
    EDGE_PROVIDER_FIRST_BYTE_TIMEOUT_MS: milliseconds
      .default(30_000)
      .describe("Longest wait for the head of a provider's answer once the request is sent"),
    EDGE_PROVIDER_IDLE_TIMEOUT_MS: milliseconds
      .default(30_000)
      .describe('Longest silence within a body, either way'),
    EDGE_PROVIDER_TOTAL_TIMEOUT_MS: milliseconds
      .default(600_000)
      .describe('Longest time from dialling a provider to the end of its answer'),
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
      .describe('Longest wait until an event is durable; then the exchange is refused with 503'),
    EDGE_AUDIT_QUEUE_MAX: count
      .default(20_000)
      .describe('Most audit events held in memory; beyond it exchanges are refused with 503'),
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
    tls: { ciphers: env.EDGE_TLS_CIPHERS, maxVersion: env.EDGE_TLS_MAX_VERSION },
    server: {
      certFile: env.EDGE_TLS_CERT_FILE,
      keyFile: env.EDGE_TLS_KEY_FILE,
      clientCaFile: env.EDGE_CLIENT_CA_FILE,
    },
    limits: {
      connections: env.EDGE_CONNECTIONS_MAX,
      requestsPerConnection: env.EDGE_REQUESTS_PER_CONNECTION_MAX,
      pipelined: env.EDGE_PIPELINED_MAX,
      headers: env.EDGE_HEADERS_MAX,
      headerBytes: env.EDGE_HEADER_BYTES_MAX,
      silentTimeoutMs: env.EDGE_SILENT_TIMEOUT_MS,
      handshakeTimeoutMs: env.EDGE_HANDSHAKE_TIMEOUT_MS,
      headersTimeoutMs: env.EDGE_HEADERS_TIMEOUT_MS,
      requestTimeoutMs: env.EDGE_REQUEST_TIMEOUT_MS,
      keepAliveTimeoutMs: env.EDGE_KEEP_ALIVE_TIMEOUT_MS,
      idleTimeoutMs: env.EDGE_IDLE_TIMEOUT_MS,
      checkMs: env.EDGE_TIMEOUT_CHECK_MS,
    },
    drainGraceMs: env.EDGE_DRAIN_GRACE_MS,
    crl: {
      files: env.EDGE_CRL_FILES,
      pollMs: env.EDGE_CRL_POLL_MS,
      urls: env.EDGE_CRL_URLS,
      urlPollMs: env.EDGE_CRL_URL_POLL_MS,
      fetch: { timeoutMs: env.EDGE_CRL_FETCH_TIMEOUT_MS, bytesMax: env.EDGE_CRL_BYTES_MAX },
      graceMs: env.EDGE_CRL_GRACE_SECONDS * 1_000,
    },
    dnPolicy: env.EDGE_CLIENT_DN_POLICY,
    provider: {
      certFile: env.EDGE_PROVIDER_CERT_FILE,
      keyFile: env.EDGE_PROVIDER_KEY_FILE,
      caFile: env.EDGE_PROVIDER_CA_FILE,
      connectTo: env.EDGE_CONNECT_TO,
      tls: {
        ciphers: env.EDGE_PROVIDER_TLS_CIPHERS ?? env.EDGE_TLS_CIPHERS,
        maxVersion: env.EDGE_PROVIDER_TLS_MAX_VERSION ?? env.EDGE_TLS_MAX_VERSION,
      },
      limits: {
        connectionsMax: env.EDGE_PROVIDER_CONNECTIONS,
        waitingMax: env.EDGE_PROVIDER_QUEUE_MAX,
        keepAliveMs: env.EDGE_PROVIDER_KEEP_ALIVE_MS,
        headBytesMax: env.EDGE_PROVIDER_HEAD_BYTES_MAX,
        headersMax: env.EDGE_PROVIDER_HEADERS_MAX,
        closeDelimited: env.EDGE_PROVIDER_CLOSE_DELIMITED === 'relay',
      },
      timeoutStatus: env.EDGE_TIMEOUT_STATUS === '599' ? (599 as const) : (504 as const),
      timeouts: {
        connectMs: env.EDGE_PROVIDER_CONNECT_TIMEOUT_MS,
        firstByteMs: env.EDGE_PROVIDER_FIRST_BYTE_TIMEOUT_MS,
        idleMs: env.EDGE_PROVIDER_IDLE_TIMEOUT_MS,
        totalMs: env.EDGE_PROVIDER_TOTAL_TIMEOUT_MS,
      },
    },
    asks: {
      authz: { url: env.EDGE_AUTHZ_URL, timeoutMs: env.EDGE_AUTHZ_TIMEOUT_MS },
      throttle: { url: env.EDGE_THROTTLE_URL, timeoutMs: env.EDGE_THROTTLE_TIMEOUT_MS },
      tls: {
        caFile: env.EDGE_INTERNAL_CA_FILE,
        certFile: env.EDGE_INTERNAL_CERT_FILE,
        keyFile: env.EDGE_INTERNAL_KEY_FILE,
      },
    },
    audit: { timeoutMs: env.EDGE_AUDIT_TIMEOUT_MS, queueMax: env.EDGE_AUDIT_QUEUE_MAX },
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
