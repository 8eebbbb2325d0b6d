import { count, filePath, Issuer, listenerEnvironment, toListener } from '@ssp/service';
import { z } from 'zod';

/** The environment of the identity provider of the local stack. Off loopback it is reached through a door that browsers trust. */
export const ProviderConfig = z
  .object({
    ...listenerEnvironment(9444),
    /** What it calls itself, where browsers and APIs reach it by another address than its own. */
    IDENTITY_ISSUER: Issuer.optional(),
    /** Where its keys are kept, and where it reads who there is. */
    IDENTITY_FOLDER: filePath,
    /** What access tokens are made for. */
    IDENTITY_AUDIENCE: z.string().min(1).default('urn:ssp:apis'),
    /** Where the console is, as its readers' browsers have it. */
    IDENTITY_CONSOLE_URL: z.url({ protocol: /^https?$/ }),
    IDENTITY_CLIENT_ID: z.string().min(1).default('ssp-console'),
    IDENTITY_CLIENT_SECRET_FILE: filePath,
    IDENTITY_ACCESS_SECONDS: count.default(300),
  })
  .transform((env, ctx) => ({
    listen: toListener(env, ctx),
    issuer: env.IDENTITY_ISSUER ?? null,
    folder: env.IDENTITY_FOLDER,
    audience: env.IDENTITY_AUDIENCE,
    consoleUrl: env.IDENTITY_CONSOLE_URL.replace(/\/$/, ''),
    clientId: env.IDENTITY_CLIENT_ID,
    clientSecretFile: env.IDENTITY_CLIENT_SECRET_FILE,
    accessSeconds: env.IDENTITY_ACCESS_SECONDS,
  }));
export type ProviderConfig = z.output<typeof ProviderConfig>;
