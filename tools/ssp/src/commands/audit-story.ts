import { AuditedStories, auditedStoriesPath } from '@ssp/contracts';
import { type Command } from 'commander';
import { addAuditOptions, auditApi, type AuditOptions } from '../audit-api.ts';
import { addBillingPlaceOptions, billingPlaces, type BillingPlaceOptions } from '../billing-places.ts';
import { CommandFailure } from '../command-fault.ts';
import { queryOf } from '../operator-command.ts';
import { callService } from '../service-client.ts';
import { jsonOption } from '../shared-options.ts';
import { storyQueries } from '../story-queries.ts';
import { storyText } from '../story-text.ts';
import { formatJson } from '../table.ts';
import { say, type Terminal } from '../terminal.ts';

type StoryOptions = AuditOptions & BillingPlaceOptions & { readonly byId?: true; readonly json?: true };

/** `ssp audit story`, and for those who look for nothing else `ssp trace`: what happened to a request, step by step. */
export function addAuditStory(parent: Command, terminal: Terminal, name = 'story'): void {
  const command = parent
    .command(name)
    .summary('tell what happened to a request, step by step')
    .description(
      'Tells what happened to a request, step by step: who asked, checks, limits, timings, ending; then where it was counted and by which line of a statement it is paid, and which lines of the logs tell of it. A trace id that came more than once has a story for each time.',
    )
    .argument(
      '<id>',
      'its Ssp-TraceID; or the exchange’s own id, as every answer of the proxy’s carries it; or the traceparent that the consumer sent, or the trace id of that',
    )
    .option('--by-id', 'a UUID is the exchange’s own id, and is not looked for as Ssp-TraceID first')
    .addOption(jsonOption('the stories'));
  addBillingPlaceOptions(addAuditOptions(command))
    .addHelpText('after', '\n`ssp explain --trace` tells why a check passed or failed, and by which rows.')
    .action((id: string, options: StoryOptions) => story(id, options, terminal));
}

async function story(id: string, options: StoryOptions, terminal: Terminal): Promise<void> {
  const { stories, more } = await findStories(id, options, terminal);
  if (stories.length === 0) {
    throw new CommandFailure(
      'the audit holds no such exchange: events reach it about a second after the exchange; is the id right?',
    );
  }
  const places = await billingPlaces(stories, options, terminal);
  const told = stories.map((it, index) => ({ ...it, billing: places[index] ?? null }));
  terminal.out.write(
    options.json
      ? formatJson(told)
      : told.map(({ billing, ...it }) => storyText(it, billing)).join('\n----\n\n'),
  );
  if (more)
    say(terminal, `these are the newest ${stories.length}; \`ssp audit search --trace\` lists older ones`);
}

async function findStories(id: string, options: StoryOptions, terminal: Terminal): Promise<AuditedStories> {
  const queries = storyQueries(id, options.byId === true);
  const api = auditApi(options, terminal);
  let found: AuditedStories = { stories: [], more: false };
  for (const query of queries) {
    const call = { method: 'GET', path: `${auditedStoriesPath}${queryOf(query)}` } as const;
    found = AuditedStories.parse(await callService(api, call, terminal.interrupted));
    if (found.stories.length > 0) return found;
  }
  return found;
}
