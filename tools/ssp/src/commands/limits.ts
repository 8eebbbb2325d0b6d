import { HeldLimits, LimitsHistory, ThrottleUseAnswer } from '@ssp/contracts';
import { type Command } from 'commander';
import { UsageFault } from '../command-fault.ts';
import { heldLimitsText, useText } from '../limits-text.ts';
import { addOperatorOptions, askOperatorApi, type OperatorOptions, queryOf } from '../operator-command.ts';
import { readCount } from '../shared-options.ts';
import { formatJson, formatTable } from '../table.ts';
import { type Terminal } from '../terminal.ts';
import { addLimitsChanges } from './limits-changes.ts';
import { addLimitsRefused } from './limits-refused.ts';
import { addLimitsWhatIf } from './limits-what-if.ts';

/** `ssp limits …`: what throttle counts by, who uses how much of it, and what other limits would do. */
export function addLimitsCommand(program: Command, terminal: Terminal): void {
  const limits = program
    .command('limits')
    .summary('show, try out and change the limits, and see what a consumer uses of them')
    .description(
      'Shows, tries out and changes the limits, and tells what a consumer uses of them. A change is in force everywhere within a second.',
    );
  addShow(limits, terminal);
  addHistory(limits, terminal);
  addUse(limits, terminal);
  addLimitsRefused(limits, terminal);
  addLimitsWhatIf(limits, terminal);
  addLimitsChanges(limits, terminal);
}

function addShow(limits: Command, terminal: Terminal): void {
  addOperatorOptions(
    limits
      .command('show')
      .description('Shows the limits in force, or those of another version: who made them, when and why.')
      .option('--version <number>', 'an earlier version'),
    'the version',
  ).action(async ({ version, ...options }: OperatorOptions & { readonly version?: string }) => {
    if (version !== undefined && !/^\d{1,18}$/.test(version)) {
      throw new UsageFault('--version: give the number of a version, as `ssp limits history` lists them');
    }
    const path = version === undefined ? '/v1/limits' : `/v1/limits/history/${version}`;
    const held = HeldLimits.parse(
      await askOperatorApi(options, { method: 'GET', path }, terminal, 'throttle'),
    );
    terminal.out.write(options.json ? formatJson(held) : heldLimitsText(held));
  });
}

function addHistory(limits: Command, terminal: Terminal): void {
  addOperatorOptions(
    limits
      .command('history')
      .description('Lists the versions of the limits, the newest first.')
      .option('--limit <count>', 'how many', readCount, '50')
      .option('--before <version>', 'only versions before this one'),
    'the versions',
  ).action(
    async ({
      limit,
      before,
      ...options
    }: OperatorOptions & { readonly limit: string; readonly before?: string }) => {
      const path = `/v1/limits/history${queryOf({ limit, before })}`;
      const answer = await askOperatorApi(options, { method: 'GET', path }, terminal, 'throttle');
      const history = LimitsHistory.parse(answer);
      const rows = history.versions.map(({ version, at, who, kind, why }) => [
        version,
        at ?? '-',
        who,
        kind,
        why,
      ]);
      const table =
        rows.length === 0
          ? 'No limits were ever loaded.\n'
          : formatTable(['VERSION', 'AT', 'WHO', 'BY', 'WHY'], rows);
      terminal.out.write(options.json ? formatJson(history) : table);
    },
  );
}

function addUse(limits: Command, terminal: Terminal): void {
  addOperatorOptions(
    limits
      .command('use')
      .description('Tells what a consumer has left of its limits now, and what it was refused last.')
      .argument('<asid>', 'the consumer’s ASID'),
    'its use',
  ).action(async (asid: string, options: OperatorOptions) => {
    if (!/^\d{12}$/.test(asid)) throw new UsageFault(`${asid} is no ASID: give its twelve digits`);
    const call = { method: 'GET', path: `/v1/use/${asid}` } as const;
    const use = ThrottleUseAnswer.parse(await askOperatorApi(options, call, terminal, 'throttle'));
    terminal.out.write(options.json ? formatJson(use) : useText(use));
  });
}
