import { commaList, count, milliseconds } from '@ssp/service';
import { z } from 'zod';

/** Spread into the edge's environment schema: where CRLs come from, and how long they are believed. */
export const crlEnvironment = {
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
};

const Environment = z.object(crlEnvironment);

/** The settings of the environment. */
export function toCrlConfig(env: z.output<typeof Environment>) {
  return {
    files: env.EDGE_CRL_FILES,
    pollMs: env.EDGE_CRL_POLL_MS,
    urls: env.EDGE_CRL_URLS,
    urlPollMs: env.EDGE_CRL_URL_POLL_MS,
    fetch: { timeoutMs: env.EDGE_CRL_FETCH_TIMEOUT_MS, bytesMax: env.EDGE_CRL_BYTES_MAX },
    graceMs: env.EDGE_CRL_GRACE_SECONDS * 1_000,
  };
}
