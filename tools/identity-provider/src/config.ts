import { count, filePath, port } from '@ssp/service';
import { z } from 'zod';

/** The environment of the identity provider of the local stack. It listens on loopback alone. */
export const ProviderConfig = z
  .object({
    IDENTITY_PORT: port.default(9444),
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
  .transform((env) => ({
    port: env.IDENTITY_PORT,
    folder: env.IDENTITY_FOLDER,
    audience: env.IDENTITY_AUDIENCE,
    consoleUrl: env.IDENTITY_CONSOLE_URL.replace(/\/$/, ''),
    clientId: env.IDENTITY_CLIENT_ID,
    clientSecretFile: env.IDENTITY_CLIENT_SECRET_FILE,
    accessSeconds: env.IDENTITY_ACCESS_SECONDS,
  }));
export type ProviderConfig = z.output<typeof ProviderConfig>;
