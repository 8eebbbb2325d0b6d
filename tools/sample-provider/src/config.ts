import { filePath, port } from '@ssp/service';
import { z } from 'zod';

/** The environment of the sample provider, and the value it is read into. */
export const ProviderConfig = z
  .object({
    PROVIDER_HOST: z.string().default('127.0.0.1'),
    PROVIDER_PORT: port.default(9443),
    PROVIDER_CERT_FILE: filePath,
    PROVIDER_KEY_FILE: filePath,
    PROVIDER_CA_FILE: filePath,
    PROVIDER_SSP_FQDN: z.string().optional(),
  })
  .transform((env) => ({
    host: env.PROVIDER_HOST,
    port: env.PROVIDER_PORT,
    tls: {
      certFile: env.PROVIDER_CERT_FILE,
      keyFile: env.PROVIDER_KEY_FILE,
      caFile: env.PROVIDER_CA_FILE,
    },
    sspFqdn: env.PROVIDER_SSP_FQDN,
  }));
export type ProviderConfig = z.output<typeof ProviderConfig>;
