import { HeldLimits } from '@ssp/contracts';
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { CommandFailure, UsageFault } from '../command-fault.ts';
import { addRule, removeRule, type RuleFields, setRule } from '../edit-limits.ts';
import {
  addChangeOptions,
  addOperatorOptions,
  askOperatorApi,
  type ChangeOptions,
  onlyReading,
  type OperatorOptions,
} from '../operator-command.ts';
import { Difference, differenceText, mustAgree, readReviewed, tellFaults } from '../reviewed-file.ts';
import { formatJson } from '../table.ts';
import { say, type Terminal } from '../terminal.ts';

type LoadOptions = ChangeOptions & { readonly yes?: true; readonly expect?: string };
type FigureOptions = {
  readonly perSecond?: string;
  readonly burst?: string;
  readonly inFlight?: string;
  readonly mode?: string;
  readonly whenCountersAreAway?: string;
};
type SelectorOptions = {
  readonly per: string;
  readonly consumer?: string;
  readonly provider?: string;
  readonly interaction?: string;
  readonly supplier?: string;
};

/** `ssp limits diff|load|set|add|remove`: a change is shown before it is made. */
export function addLimitsChanges(limits: Command, terminal: Terminal): void {
  addOperatorOptions(
    limits
      .command('diff')
      .description('Tells what a file would change, or each of its faults with its place. Changes nothing.')
      .argument('<file>', 'all of the limits, YAML or JSON'),
    'the difference',
  ).action(async (file: string, options: OperatorOptions) => {
    const diff = await diffOf(readReviewed(file, 'the limits', terminal), file, options, terminal);
    terminal.out.write(options.json ? formatJson(diff) : differenceText(diff));
  });

  addLoading(
    limits
      .command('load')
      .description('Shows what a file would change and, once you agree, makes it the limits in force.')
      .argument('<file>', 'all of the limits, YAML or JSON')
      .option('--expect <version>', 'fail unless this version is in force'),
  ).action((file: string, options: LoadOptions) =>
    load(readReviewed(file, 'the limits', terminal), file, options, terminal),
  );

  addLoading(
    addFigures(
      limits
        .command('set')
        .description('Changes what is given of one rule in force; the rest of the limits stays.')
        .argument('<rule>', 'its id, as `ssp limits show` lists it'),
    ),
  )
    .addHelpText(
      'after',
      '\nExample: ssp limits set consumers-bulk --per-second 10 --burst 20 --mode shadow --why CHG-123',
    )
    .action((rule: string, options: LoadOptions & FigureOptions) => {
      const fields = fieldsOf(options);
      if (Object.values(fields).every((value) => value === undefined)) {
        throw new UsageFault(
          'say what the rule becomes: --per-second, --burst, --in-flight, --mode or --when-counters-are-away',
        );
      }
      return edit((text) => setRule(text, rule, fields), options, terminal);
    });

  addLoading(
    addFigures(
      limits
        .command('add')
        .description('Adds a rule to the limits in force.')
        .argument('<rule>', 'its id: small letters, digits and -')
        .requiredOption('--per <what>', 'what has a limit of its own, such as consumer or provider-in-flight')
        .option('--consumer <selector>', 'only these consumers: asid:<asid> or class:<name>')
        .option('--provider <selector>', 'only these providers: asid:<asid> or class:<name>')
        .option('--interaction <id>', 'only this interaction')
        .option('--supplier <name>', 'only providers of this supplier'),
    ),
  )
    .addHelpText(
      'after',
      '\nExample: ssp limits add consumer-359 --per consumer --consumer asid:200000000359 --per-second 3 --burst 5 --mode shadow --why CHG-124',
    )
    .action((rule: string, options: LoadOptions & FigureOptions & SelectorOptions) => {
      const fields: RuleFields = {
        per: options.per,
        consumer: selectorOf('--consumer', options.consumer),
        provider: selectorOf('--provider', options.provider),
        interaction: options.interaction,
        supplier: options.supplier,
        ...fieldsOf(options),
      };
      return edit((text) => addRule(text, rule, fields), options, terminal);
    });

  addLoading(
    limits
      .command('remove')
      .description('Takes a rule out of the limits in force: what it spoke of is limited by what is left.')
      .argument('<rule>', 'its id'),
  ).action((rule: string, options: LoadOptions) => edit((text) => removeRule(text, rule), options, terminal));
}

function addLoading(command: Command): Command {
  return addOperatorOptions(
    addChangeOptions(command.option('--yes', 'agree beforehand')),
    'what was changed',
  );
}

function addFigures(command: Command): Command {
  return command
    .option('--per-second <rate>', 'how fast room comes back, in requests')
    .option('--burst <requests>', 'how many a full bucket holds at once')
    .option('--in-flight <exchanges>', 'how many may be open at one time')
    .addOption(
      new Option('--mode <mode>', 'shadow counts and tells, and refuses nobody').choices([
        'enforce',
        'shadow',
        'off',
      ]),
    )
    .addOption(
      new Option('--when-counters-are-away <policy>', 'what holds while Redis does not answer').choices([
        'admit-locally',
        'refuse',
      ]),
    );
}

function fieldsOf({ perSecond, burst, inFlight, mode, whenCountersAreAway }: FigureOptions): RuleFields {
  return { perSecond, burst, inFlight, mode, whenCountersAreAway };
}

function selectorOf(option: string, text: string | undefined) {
  if (text === undefined) return undefined;
  const [, kind, value] = /^(asid|class):(.+)$/.exec(text) ?? [];
  if (kind === undefined || value === undefined) {
    throw new UsageFault(`${option}: give asid:<asid> or class:<name>`);
  }
  return { [kind]: value };
}

/** Changes the text of the limits in force, with its comments. */
async function edit(change: (text: string) => string, options: LoadOptions, terminal: Terminal) {
  const ask = (path: string) =>
    askOperatorApi(onlyReading(options), { method: 'GET', path }, terminal, 'throttle');
  const held = HeldLimits.parse(await ask('/v1/limits'));
  // The defaults were never written by anybody.
  const text = held.text ?? z.object({ text: z.string() }).parse(await ask('/v1/limits/export')).text;
  await load(change(text), null, { ...options, expect: held.version }, terminal);
}

async function load(text: string, file: string | null, options: LoadOptions, terminal: Terminal) {
  const diff = await diffOf(text, file, options, terminal);
  if (options.expect !== undefined && options.expect !== diff.version) {
    throw new CommandFailure(
      `nothing was changed: version ${diff.version} is in force, and not ${options.expect}`,
    );
  }
  if (!options.json) terminal.out.write(differenceText(diff));
  if (diff.changes.length === 0) {
    if (options.json) terminal.out.write(formatJson(diff));
    return;
  }
  await mustAgree(options.yes, terminal);
  const body = { text, version: diff.version, why: options.why };
  const call = { method: 'PUT', path: '/v1/limits', body } as const;
  const loaded = Difference.parse(await askOperatorApi(options, call, terminal, 'throttle'));
  if (options.json) terminal.out.write(formatJson(loaded));
  else say(terminal, `loaded: version ${loaded.version}`);
}

async function diffOf(text: string, file: string | null, options: OperatorOptions, terminal: Terminal) {
  try {
    const call = { method: 'POST', path: '/v1/limits/diff', body: { text } } as const;
    return Difference.parse(await askOperatorApi(onlyReading(options), call, terminal, 'throttle'));
  } catch (error) {
    throw tellFaults(file, error);
  }
}
