import { type AuditedStory, CountedPlace, countedPlaceAsk } from '@ssp/contracts';
import { type Command } from 'commander';
import { CommandFailure, reasonOf } from './command-fault.ts';
import { operatorApi } from './operator-api.ts';
import { queryOf } from './operator-command.ts';
import { readPlatformCard } from './platform-card.ts';
import { callService } from './service-client.ts';
import { readUrl, type ServiceOptions } from './service-options.ts';
import { say, type Terminal } from './terminal.ts';

/** What a command that also asks billing was given. */
export type BillingPlaceOptions = ServiceOptions & {
  readonly card?: string;
  readonly billingUrl?: string;
  readonly billingTokenFile?: string;
};

/** Gives a command that asks the audit the options by which it reaches billing as well. */
export function addBillingPlaceOptions(command: Command): Command {
  return command
    .optionsGroup('Reaching billing, with the same certificates:')
    .option('--billing-url <url>', 'where its API listens (default: as the card says)', readUrl)
    .option('--billing-token-file <file>', 'file that holds its bearer token (default: that of the card)')
    .optionsGroup('Options:');
}

/** Where each story was counted; null where it has not ended, or billing is not known or does not answer. */
export async function billingPlaces(
  stories: readonly AuditedStory[],
  options: BillingPlaceOptions,
  terminal: Terminal,
): Promise<readonly (CountedPlace | null)[]> {
  const api = billingApi(options, terminal);
  if (api === null) return stories.map(() => null);
  try {
    return await Promise.all(
      stories.map(async ({ exchange }) => {
        const ask = countedPlaceAsk(exchange);
        if (ask === null) return null;
        const call = { method: 'GET', path: `${ask.path}${queryOf({ hour: ask.hour })}` } as const;
        return CountedPlace.parse(await callService(api, call, terminal.interrupted));
      }),
    );
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    say(terminal, `billing cannot be asked: ${reasonOf(error)}`);
    return stories.map(() => null);
  }
}

/** Null where the audit was named and billing was not: a card would be that of another platform. */
function billingApi(
  { billingUrl, billingTokenFile, url, tokenFile: _tokenFile, ...options }: BillingPlaceOptions,
  terminal: Terminal,
) {
  if (billingUrl === undefined && url !== undefined) return null;
  const card = readPlatformCard(options.card, terminal.cwd);
  if (billingUrl === undefined && card?.billingApi === undefined) return null;
  const own = {
    ...options,
    ...(billingUrl !== undefined && { url: billingUrl }),
    ...(billingTokenFile !== undefined && { tokenFile: billingTokenFile }),
  };
  return { ...operatorApi(own, card, terminal, 'billing'), name: 'billing' };
}
