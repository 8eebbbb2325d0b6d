import { AuditedStories, auditedStoriesPath } from '@ssp/contracts';
import { TraceId } from '@ssp/spine';
import { type Command } from 'commander';
import { addAuditOptions, auditApi, type AuditOptions } from '../audit-api.ts';
import { CommandFailure, UsageFault } from '../command-fault.ts';
import { queryOf } from '../operator-command.ts';
import { callService } from '../service-client.ts';
import { jsonOption } from '../shared-options.ts';
import { storyText } from '../story-text.ts';
import { formatJson } from '../table.ts';
import { say, type Terminal } from '../terminal.ts';

type StoryOptions = AuditOptions & { readonly byId?: true; readonly json?: true };

/** `ssp audit story`, and for those who look for nothing else `ssp trace`: what happened to a request, step by step. */
export function addAuditStory(parent: Command, terminal: Terminal, name = 'story'): void {
  const command = parent
    .command(name)
    .summary('tell what happened to a request, step by step')
    .description(
      'Tells what happened to a request, step by step: who asked, checks, limits, timings, ending. A trace id that came more than once has a story for each time.',
    )
    .argument('<traceId>', 'its Ssp-TraceID')
    .option('--by-id', 'it is the exchange’s own id instead, as every answer of the proxy’s carries it')
    .addOption(jsonOption('the stories'));
  addAuditOptions(command)
    .addHelpText('after', '\n`ssp explain --trace` tells why a check passed or failed, and by which rows.')
    .action((id: string, options: StoryOptions) => story(id, options, terminal));
}

async function story(id: string, options: StoryOptions, terminal: Terminal): Promise<void> {
  if (!TraceId.safeParse(id).success) throw new UsageFault(`${id} is no id: give a UUID`);
  const query = queryOf(options.byId ? { internalId: id } : { traceId: id });
  const call = { method: 'GET', path: `${auditedStoriesPath}${query}` } as const;
  const answer = await callService(auditApi(options, terminal), call, terminal.interrupted);
  const { stories, more } = AuditedStories.parse(answer);
  if (stories.length === 0) {
    throw new CommandFailure(
      'the audit holds no such exchange: events reach it about a second after the exchange; is the id right?',
    );
  }
  terminal.out.write(
    options.json ? formatJson(stories) : stories.map((it) => storyText(it)).join('\n----\n\n'),
  );
  if (more)
    say(terminal, `these are the newest ${stories.length}; \`ssp audit search --trace\` lists older ones`);
}
