import { z } from 'zod';
import { filePath } from '../fields.ts';

const loopback = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/;

/** Where an identity provider is: https, or on this machine alone. */
export const Issuer = z.url({ protocol: /^https?$/ }).refine((url) => {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || loopback.test(hostname);
}, 'beyond loopback an issuer is reached by https');

/** The environment of an API that people come to with access tokens of an identity provider (OpenID Connect). */
export const openIdEnvironment = {
  OIDC_ISSUER: Issuer.optional().describe(
    'Issuer of the access tokens that people come with, as these name it; without it only the tokens of the file are known',
  ),
  OIDC_AUDIENCE: z
    .string()
    .min(1)
    .optional()
    .describe('What an access token must be made for (its claim aud); needed with OIDC_ISSUER'),
  OIDC_CA_FILE: filePath
    .optional()
    .describe('CA that the issuer’s certificate must come from, PEM; without it those that Node trusts'),
};

/** An identity provider whose access tokens are accepted. */
export type OpenIdConfig = {
  readonly issuer: string;
  readonly audience: string;
  readonly caFile: string | null;
};

/** Nests those variables inside a config's `transform`; null where people do not come with tokens. */
export function toOpenIdConfig(
  env: z.output<z.ZodObject<typeof openIdEnvironment>>,
  ctx: z.RefinementCtx,
): OpenIdConfig | null {
  if (env.OIDC_ISSUER === undefined) return null;
  if (env.OIDC_AUDIENCE === undefined) {
    ctx.addIssue({
      code: 'custom',
      path: ['OIDC_AUDIENCE'],
      message: 'say what access tokens of OIDC_ISSUER must be made for',
    });
    return null;
  }
  return { issuer: env.OIDC_ISSUER, audience: env.OIDC_AUDIENCE, caFile: env.OIDC_CA_FILE ?? null };
}
