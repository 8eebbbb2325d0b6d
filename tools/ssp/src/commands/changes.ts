import { type Command } from 'commander';
import { z } from 'zod';
import { addOperatorOptions, askOperatorApi, type OperatorOptions, queryOf } from '../operator-command.ts';
import { readCount } from '../shared-options.ts';
import { formatJson, formatTable } from '../table.ts';
import { say, type Terminal } from '../terminal.ts';

const Changes = z.object({
  changes: z.array(
    z.object({
      version: z.string(),
      at: z.string(),
      kind: z.string(),
      who: z.string(),
      why: z.string(),
      publishedAt: z.string().nullable(),
    }),
  ),
});

/** `ssp changes`: who changed the rules or the directory, when and why. */
export function addChangesCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('changes')
    .summary('list who changed the rules or the directory, when and why')
    .description('Lists the newest versions of the rules and the directory: who made them, when and why.')
    .option('--limit <count>', 'how many', readCount, '20')
    .option('--before <version>', 'those before this version');
  addOperatorOptions(command, 'the changes').action(
    async (options: OperatorOptions & { readonly limit: string; readonly before?: string }) => {
      const path = `/v1/changes${queryOf({ limit: options.limit, before: options.before })}`;
      const { changes } = Changes.parse(await askOperatorApi(options, { method: 'GET', path }, terminal));
      const rows = changes.map((it) => [
        it.version,
        it.at,
        it.kind,
        it.who,
        it.why,
        it.publishedAt === null ? 'not yet' : 'yes',
      ]);
      terminal.out.write(
        options.json
          ? formatJson(changes)
          : formatTable(['VERSION', 'AT', 'KIND', 'WHO', 'WHY', 'AUDITED'], rows),
      );
    },
  );
}

/** `ssp sync`: has the directory loaded at once. */
export function addSyncCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('sync')
    .summary('have the directory loaded at once')
    .description('Asks for a load of the directory at once, of what has changed or, with --full, of all.')
    .option('--full', 'load all of it');
  addOperatorOptions(command, 'what was asked for').action(
    async (options: OperatorOptions & { readonly full?: true }) => {
      const body = { full: options.full ?? false };
      const answer = await askOperatorApi(options, { method: 'POST', path: '/v1/sync', body }, terminal);
      if (options.json) terminal.out.write(formatJson(answer));
      else say(terminal, 'asked for; `ssp changes` shows what came of it');
    },
  );
}
