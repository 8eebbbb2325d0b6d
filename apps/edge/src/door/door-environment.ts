import { count, grace, milliseconds } from '@ssp/service';
import { z } from 'zod';
import { type DoorLimits } from './door-limits.ts';

/** Spread into the edge's environment schema: how much a consumer may ask of a connection, and for how long. */
export const doorEnvironment = {
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
  EDGE_LINGER_MS: milliseconds
    .default(2_000)
    .describe(
      'How long what a consumer still sends after its last answer is read and thrown away, lest a reset destroy the answer',
    ),
  EDGE_TIMEOUT_CHECK_MS: milliseconds
    .default(1_000)
    .describe('How often the timeouts of headers and requests are looked at'),
  EDGE_DRAIN_GRACE_MS: grace
    .default(5_000)
    .describe(
      'After SIGTERM, how long everything is still served, each answer the last on its connection, before nothing new is accepted; longer than the load balancer takes to notice, shorter than STOP_GRACE_SECONDS',
    ),
};

const Environment = z.object(doorEnvironment);

/** The limits of the environment. */
export function toDoorLimits(env: z.output<typeof Environment>): DoorLimits {
  return {
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
    lingerMs: env.EDGE_LINGER_MS,
    checkMs: env.EDGE_TIMEOUT_CHECK_MS,
  };
}
