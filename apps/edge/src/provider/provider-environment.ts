import { count, filePath, milliseconds } from '@ssp/service';
import { z } from 'zod';
import { TlsVersion } from '../tls/tls-version.ts';
import { parseConnectTo } from './connect-to.ts';

/** Spread into the edge's environment schema: how providers are reached. */
export const providerEnvironment = {
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
  EDGE_PROVIDER_TLS_MAX_VERSION: TlsVersion.optional().describe(
    "Highest TLS version of the provider leg; the consumer leg's where absent",
  ),
  EDGE_PROVIDER_CONNECTIONS: count.default(64).describe('Most connections to one provider host'),
  EDGE_PROVIDER_QUEUE_MAX: count
    .default(256)
    .describe('Most exchanges that wait for a connection to one provider host; more are refused with 503'),
  EDGE_READ_AHEAD_BYTES_MAX: count
    .default(256 * 1_024)
    .describe(
      "Most bytes of a request's body that are read while its provider takes none; a consumer that leaves is noticed at once within them",
    ),
  EDGE_READ_AHEAD_TOTAL_BYTES_MAX: count
    .default(16 * 1_024 * 1_024)
    .describe('The same of all exchanges together; beyond it each waits for its provider'),
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
};

const Environment = z.object(providerEnvironment);
type ConsumerTls = { readonly ciphers: string; readonly maxVersion: TlsVersion };

/** The provider leg's settings; its TLS is the consumer leg's where the environment does not say. */
export function toProviderConfig(env: z.output<typeof Environment>, consumerTls: ConsumerTls) {
  return {
    certFile: env.EDGE_PROVIDER_CERT_FILE,
    keyFile: env.EDGE_PROVIDER_KEY_FILE,
    caFile: env.EDGE_PROVIDER_CA_FILE,
    connectTo: env.EDGE_CONNECT_TO,
    tls: {
      ciphers: env.EDGE_PROVIDER_TLS_CIPHERS ?? consumerTls.ciphers,
      maxVersion: env.EDGE_PROVIDER_TLS_MAX_VERSION ?? consumerTls.maxVersion,
    },
    limits: {
      connectionsMax: env.EDGE_PROVIDER_CONNECTIONS,
      waitingMax: env.EDGE_PROVIDER_QUEUE_MAX,
      keepAliveMs: env.EDGE_PROVIDER_KEEP_ALIVE_MS,
      headBytesMax: env.EDGE_PROVIDER_HEAD_BYTES_MAX,
      headersMax: env.EDGE_PROVIDER_HEADERS_MAX,
      closeDelimited: env.EDGE_PROVIDER_CLOSE_DELIMITED === 'relay',
    },
    readAhead: {
      exchangeBytesMax: env.EDGE_READ_AHEAD_BYTES_MAX,
      totalBytesMax: env.EDGE_READ_AHEAD_TOTAL_BYTES_MAX,
    },
    timeoutStatus: env.EDGE_TIMEOUT_STATUS === '599' ? (599 as const) : (504 as const),
    timeouts: {
      connectMs: env.EDGE_PROVIDER_CONNECT_TIMEOUT_MS,
      firstByteMs: env.EDGE_PROVIDER_FIRST_BYTE_TIMEOUT_MS,
      idleMs: env.EDGE_PROVIDER_IDLE_TIMEOUT_MS,
      totalMs: env.EDGE_PROVIDER_TOTAL_TIMEOUT_MS,
    },
  };
}
