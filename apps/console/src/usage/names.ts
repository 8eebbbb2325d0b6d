import { type UsageDimension, type UsageRow } from '@ssp/contracts';
import { type UsageFilters } from './usage-choice.ts';

const interactionPrefix = 'urn:nhs:names:services:';

type Dimension = {
  readonly head: string;
  /** How a row's part is shown. */
  readonly text: (row: UsageRow) => string;
  /** What narrows to it. */
  readonly filter: (row: UsageRow) => Partial<UsageFilters>;
};

/** How the console names what usage is grouped by. */
export const dimensions: Readonly<Record<UsageDimension, Dimension>> = {
  supplier: {
    head: 'Supplier',
    text: ({ supplier = '' }) => supplier,
    filter: ({ supplier = null }) => ({ supplier }),
  },
  provider: {
    head: 'Provider',
    text: ({ providerOds = '', providerAsid = '' }) => `${providerOds} ${providerAsid}`,
    filter: ({ providerAsid = null }) => ({ provider: providerAsid }),
  },
  consumer: {
    head: 'Consumer',
    text: ({ consumerOds = '', consumerAsid = '' }) => `${consumerOds} ${consumerAsid}`,
    filter: ({ consumerAsid = null }) => ({ consumer: consumerAsid }),
  },
  interaction: {
    head: 'Interaction',
    text: ({ interaction = '' }) => shortInteraction(interaction),
    filter: ({ interaction = null }) => ({ interaction }),
  },
  outcome: {
    head: 'Outcome',
    text: ({ outcome }) => (outcome === undefined ? '' : outcomeNames[outcome]),
    filter: ({ outcome = null }) => ({ outcome }),
  },
};

/** What each outcome means, in a few words. */
export const outcomeNames: Readonly<Record<NonNullable<UsageRow['outcome']>, string>> = {
  '2xx': 'Answered (2xx)',
  '3xx': 'Redirected (3xx)',
  '4xx': 'Answered with a client error (4xx)',
  '5xx': 'Provider error (5xx)',
  failed: 'Failed at the provider',
  abandoned: 'Abandoned by the consumer',
  unknown: 'Unknown',
  refused: 'Refused by the proxy',
  throttled: 'Refused for want of room',
  answered: 'Answered by the proxy',
};

/** Without the part that all interactions begin with. */
export function shortInteraction(interaction: string): string {
  return interaction.replace(interactionPrefix, '');
}
