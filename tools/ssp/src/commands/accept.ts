import { Acceptance, acceptancesPath } from '@ssp/contracts';
import { type Command } from 'commander';
import { UsageFault } from '../command-fault.ts';
import {
  addChangeOptions,
  addOperatorOptions,
  changeByOperatorApi,
  type ChangeOptions,
} from '../operator-command.ts';
import { formatJson } from '../table.ts';
import { say, type Terminal } from '../terminal.ts';

type AcceptOptions = ChangeOptions & { readonly from?: string; readonly to?: string };

/** `ssp billing accept`: what cannot be mended no longer keeps its month open. */
export function addAcceptCommand(billing: Command, terminal: Terminal): void {
  addOperatorOptions(
    addChangeOptions(
      billing
        .command('accept')
        .description(
          'Accepts a difference that nobody can mend, or hours from before the audit or the ledger, so that their month can be closed.',
        )
        .argument('[difference]', 'its id, as ssp reconcile lists it')
        .option('--from <hour>', 'or else the first hour of a stretch, as 2026-03-01T00:00Z')
        .option('--to <hour>', 'and the hour after its last'),
    ),
    'what was accepted',
  ).action(async (difference: string | undefined, options: AcceptOptions) => {
    const { why } = options;
    const call = {
      method: 'POST',
      path: acceptancesPath,
      body: { ...wanted(difference, options), why },
    } as const;
    const made = Acceptance.parse(await changeByOperatorApi(options, call, terminal, 'billing'));
    if (options.json) terminal.out.write(formatJson(made));
    else
      say(
        terminal,
        `accepted from ${made.from} to ${made.to}: ${made.difference?.about ?? 'what the audit or the ledger lacks'}`,
      );
  });
}

function wanted(difference: string | undefined, { from, to }: AcceptOptions): object {
  if (difference !== undefined && from === undefined && to === undefined) {
    if (/^[1-9]\d{0,14}$/.test(difference)) return { difference: Number(difference) };
    throw new UsageFault('a difference is given by its id, a number');
  }
  if (difference === undefined && from !== undefined && to !== undefined) return { from, to };
  throw new UsageFault('give either the id of a difference, or --from and --to');
}
