import { flag } from '@ssp/service';
import { type EndpointTolerance } from '@ssp/spine';
import { z } from 'zod';
import { type Policy } from './decide.ts';

// 403 is what is published; the provider assurance suite expects 400 (spec 7.3).
const unknownReceiver = { '403': 'receiver-not-authorised', '400': 'receiver-unknown' } as const;

/** What decisions depend on beside the tables, to be spread into the environment of whoever decides or explains. */
export const decisionEnvironment = {
  AUTHZ_DEFAULT_AGREEMENT: z
    .enum(['allow', 'deny'])
    .default('allow')
    .describe('What holds where no data sharing rule matches'),
  AUTHZ_ENDPOINT_TRAILING_SLASH: z
    .enum(['ignored', 'exact'])
    .default('ignored')
    .describe(
      'Whether a registered endpoint that ends in / also covers the URL without it; what lies under it is covered in any case',
    ),
  AUTHZ_ENDPOINT_PORT_443: flag
    .default(false)
    .describe(
      'Whether a registered https://host:443/base covers what https://host/base does; else it covers nothing',
    ),
  AUTHZ_INTERNET_CATEGORY: z
    .string()
    .min(1)
    .default('Internet')
    .describe(
      'Category (nhsAsCategoryBag) a system must bear to ask over the internet; compared without case',
    ),
  AUTHZ_UNKNOWN_RECEIVER_STATUS: z
    .enum(['403', '400'])
    .default('403')
    .describe('Status of the refusal where Ssp-To is no registered system at all'),
};

const DecisionEnvironment = z.object(decisionEnvironment);

/** What the operator has chosen for all decisions; the tables keep no history of it. */
export type DecisionSettings = { readonly policy: Policy; readonly endpoints: EndpointTolerance };

/** Nests the parsed variables. */
export function toDecisionSettings(env: z.output<typeof DecisionEnvironment>): DecisionSettings {
  return {
    endpoints: { trailingSlash: env.AUTHZ_ENDPOINT_TRAILING_SLASH, port443: env.AUTHZ_ENDPOINT_PORT_443 },
    policy: {
      defaultAgreement: env.AUTHZ_DEFAULT_AGREEMENT,
      internetCategoryLower: env.AUTHZ_INTERNET_CATEGORY.toLowerCase(),
      unknownReceiver: unknownReceiver[env.AUTHZ_UNKNOWN_RECEIVER_STATUS],
    },
  };
}
