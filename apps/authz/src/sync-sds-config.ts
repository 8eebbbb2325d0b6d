import { postgresEnvironment, toPostgresConfig } from '@ssp/postgres';
import { count, filePath, milliseconds } from '@ssp/service';
import { z } from 'zod';

/** The environment of the directory's loader. */
export const SyncSdsConfig = z
  .object({
    ...postgresEnvironment,
    SDS_URL: z.url({ protocol: /^ldaps$/ }).describe('Directory server, ldaps://host:port'),
    SDS_BASE_DN: z.string().min(1).default('o=nhs').describe('Entry above ou=Services and ou=Organisations'),
    SDS_CA_FILE: filePath.describe('CA that issued the directory server’s certificate, PEM'),
    SDS_CERT_FILE: filePath
      .optional()
      .describe('Client certificate chain for the directory, PEM; needs the key'),
    SDS_KEY_FILE: filePath.optional().describe('Private key of the client certificate, PEM'),
    SDS_BIND_DN: z.string().min(1).optional().describe('Name for a simple bind; anonymous without'),
    SDS_BIND_PASSWORD_FILE: filePath.optional().describe('File that holds the password of the simple bind'),
    SDS_PAGE_SIZE: count.default(500).describe('Entries per page of results'),
    SDS_TIMEOUT_MS: milliseconds
      .default(30_000)
      .describe('Longest silence of the directory while an answer is awaited, milliseconds'),
    SDS_SYNC_INTERVAL_SECONDS: count
      .default(10)
      .describe('Seconds between two looks at what was added or modified in the directory'),
    SDS_LISTING_INTERVAL_SECONDS: count
      .default(40)
      .describe(
        'Seconds between two listings of all names and revisions, which notice what is gone, too; the longest that a change takes to bite, with the time of the listing itself',
      ),
    SDS_FULL_INTERVAL_SECONDS: count
      .default(3_600)
      .describe('Seconds between two loads of the whole directory, the safety net of those in between'),
    SDS_SHRINK_MIN_PERCENT: z.coerce
      .number()
      .min(0)
      .max(100)
      .default(50)
      .describe('A directory with fewer systems or endpoints than this share of the former is refused'),
    SDS_AGE_MAX_SECONDS: count
      .default(300)
      .describe('Seconds after the last good load until the loader reports that it is not ready'),
  })
  .transform((env, ctx) => {
    if ((env.SDS_CERT_FILE === undefined) !== (env.SDS_KEY_FILE === undefined)) {
      ctx.addIssue({
        code: 'custom',
        path: ['SDS_CERT_FILE'],
        message: 'certificate and key belong together',
      });
    }
    if ((env.SDS_BIND_DN === undefined) !== (env.SDS_BIND_PASSWORD_FILE === undefined)) {
      ctx.addIssue({ code: 'custom', path: ['SDS_BIND_DN'], message: 'name and password belong together' });
    }
    return {
      postgres: toPostgresConfig(env, 'authz-sync-sds'),
      sds: {
        url: env.SDS_URL,
        baseDn: env.SDS_BASE_DN,
        caFile: env.SDS_CA_FILE,
        certFile: env.SDS_CERT_FILE ?? null,
        keyFile: env.SDS_KEY_FILE ?? null,
        bindDn: env.SDS_BIND_DN ?? null,
        bindPasswordFile: env.SDS_BIND_PASSWORD_FILE ?? null,
        pageSize: env.SDS_PAGE_SIZE,
        timeoutMs: env.SDS_TIMEOUT_MS,
      },
      intervalsMs: {
        changes: env.SDS_SYNC_INTERVAL_SECONDS * 1_000,
        listing: env.SDS_LISTING_INTERVAL_SECONDS * 1_000,
        whole: env.SDS_FULL_INTERVAL_SECONDS * 1_000,
      },
      shrinkMinPercent: env.SDS_SHRINK_MIN_PERCENT,
      ageMaxMs: env.SDS_AGE_MAX_SECONDS * 1_000,
    };
  });
export type SyncSdsConfig = z.output<typeof SyncSdsConfig>;
export type SdsConfig = SyncSdsConfig['sds'];
