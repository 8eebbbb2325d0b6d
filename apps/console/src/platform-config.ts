import { type ServiceWatch, type WatchedService } from '@ssp/live-state';
import { filePath, type LinkFiles, milliseconds } from '@ssp/service';
import { z } from 'zod';
import { type ApiConfig } from './api.ts';

const apiUrl = z.url({ protocol: /^https?$/ }).optional();

/** Where the services are that operators and auditors look at; for the environment of the console. */
export const platformEnvironment = {
  AUDIT_API_URL: apiUrl.describe(
    'Where the audit’s search API listens; without it there are no pages of the audit',
  ),
  AUTHZ_API_URL: apiUrl.describe(
    'Where the operator API of authz listens; without it no request is explained',
  ),
  THROTTLE_API_URL: apiUrl.describe(
    'Where the operator API of throttle listens; without it there is no page of limits',
  ),
  CONSOLE_SERVICES: z
    .string()
    .optional()
    .transform((text, ctx) => readServices(text ?? '', ctx))
    .describe(
      'Services that the live state shows and their admin listeners, `edge-1=http://10.0.0.1:9101,…`; without it there is no such page',
    ),
  PLATFORM_CA_FILE: filePath
    .optional()
    .describe('CA that the certificates of these APIs and listeners must come from, PEM; for https'),
  PLATFORM_CERT_FILE: filePath.optional().describe('Client certificate shown to them, PEM'),
  PLATFORM_KEY_FILE: filePath.optional().describe('Private key of that certificate, PEM'),
  PLATFORM_TIMEOUT_MS: milliseconds.default(10_000).describe('How long a page waits for these APIs'),
  CONSOLE_LOOK_TIMEOUT_MS: milliseconds
    .default(3_000)
    .describe('How long the live state waits for a service, before it is said not to answer'),
};

/** The APIs that pages of operators and auditors are made of; null where it is not said where one is. */
export type PlatformConfig = {
  readonly auditApi: ApiConfig | null;
  readonly authzApi: ApiConfig | null;
  readonly throttleApi: ApiConfig | null;
  readonly watch: (LinkFiles & Pick<ServiceWatch, 'services' | 'timeoutMs'>) | null;
};

/** Nests what `platformEnvironment` has read. */
export function toPlatformConfig(env: z.output<z.ZodObject<typeof platformEnvironment>>): PlatformConfig {
  const files = {
    caFile: env.PLATFORM_CA_FILE ?? null,
    certFile: env.PLATFORM_CERT_FILE ?? null,
    keyFile: env.PLATFORM_KEY_FILE ?? null,
  };
  const api = (url: string | undefined) =>
    url === undefined ? null : { url, timeoutMs: env.PLATFORM_TIMEOUT_MS, ...files };
  const services = env.CONSOLE_SERVICES;
  return {
    auditApi: api(env.AUDIT_API_URL),
    authzApi: api(env.AUTHZ_API_URL),
    throttleApi: api(env.THROTTLE_API_URL),
    watch: services.length === 0 ? null : { services, timeoutMs: env.CONSOLE_LOOK_TIMEOUT_MS, ...files },
  };
}

function readServices(text: string, ctx: z.core.$RefinementCtx): readonly WatchedService[] {
  const entries = text.split(',').map((entry) => entry.trim());
  return entries.filter(Boolean).flatMap((entry) => {
    const [, name, url] = /^([a-z0-9-]+)=(https?:\/\/\S+)$/.exec(entry) ?? [];
    if (name !== undefined && url !== undefined && URL.canParse(url)) return [{ name, url }];
    ctx.addIssue({ code: 'custom', message: `${entry}: write a service as name=http://host:port` });
    return [];
  });
}
