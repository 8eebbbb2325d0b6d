import { count, filePath, listenerEnvironment, milliseconds, toListener } from '@ssp/service';
import { z } from 'zod';
import { platformEnvironment, toPlatformConfig } from './platform-config.ts';
import { signInEnvironment, toSignInConfig } from './sign-in/sign-in-config.ts';

/** The environment of the console. */
export const ConsoleConfig = z
  .object({
    ...listenerEnvironment(3000),
    BILLING_API_URL: z.url({ protocol: /^https?$/ }).describe('Where the billing query API listens'),
    BILLING_API_CA_FILE: filePath
      .optional()
      .describe('CA that the API’s certificate must come from, PEM; for https'),
    BILLING_API_CERT_FILE: filePath.optional().describe('Client certificate shown to the API, PEM'),
    BILLING_API_KEY_FILE: filePath.optional().describe('Private key of that certificate, PEM'),
    BILLING_API_TIMEOUT_MS: milliseconds.default(10_000).describe('How long a page waits for the API'),
    ...platformEnvironment,
    ...signInEnvironment,
    CONSOLE_ROWS_MAX: count
      .max(10_000)
      .default(50)
      .describe('Rows of a page of the table of usage; the CSV has them all'),
  })
  .transform((env, ctx) => ({
    listen: toListener(env, ctx),
    billingApi: {
      url: env.BILLING_API_URL,
      timeoutMs: env.BILLING_API_TIMEOUT_MS,
      caFile: env.BILLING_API_CA_FILE ?? null,
      certFile: env.BILLING_API_CERT_FILE ?? null,
      keyFile: env.BILLING_API_KEY_FILE ?? null,
    },
    platform: toPlatformConfig(env),
    signIn: toSignInConfig(env),
    rowsMax: env.CONSOLE_ROWS_MAX,
  }));
export type ConsoleConfig = z.output<typeof ConsoleConfig>;
