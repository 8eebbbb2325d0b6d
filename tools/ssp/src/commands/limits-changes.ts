import { HeldLimits } from '@ssp/contracts';
import { type Command, Option } from 'commander';
import { UsageFault } from '../command-fault.ts';
import { addRule, removeRule, type RuleFields, setRule } from '../edit-limits.ts';
import { askOperatorApi } from '../operator-command.ts';
import { type Terminal } from '../terminal.ts';
import {
  addLoadOptions,
  addReviewedCommands,
  type LoadOptions,
  loadReviewed,
  readExport,
  type Reviewed,
} from './reviewed-commands.ts';

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

const reviewedLimits: Reviewed = {
  name: 'limits',
  of: 'throttle',
  load: { method: 'PUT', path: '/v1/limits' },
  exportPath: '/v1/limits/export',
};

/** `ssp limits diff|load|export|set|add|remove`: a change is shown before it is made. */
export function addLimitsChanges(limits: Command, terminal: Terminal): void {
  addReviewedCommands(limits, reviewedLimits, terminal);

  addLoadOptions(
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

  addLoadOptions(
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

  addLoadOptions(
    limits
      .command('remove')
      .description('Takes a rule out of the limits in force: what it spoke of is limited by what is left.')
      .argument('<rule>', 'its id'),
  ).action((rule: string, options: LoadOptions) => edit((text) => removeRule(text, rule), options, terminal));
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
  const call = { method: 'GET', path: '/v1/limits' } as const;
  const held = HeldLimits.parse(await askOperatorApi(options, call, terminal, 'throttle'));
  // The defaults were never written by anybody.
  const text = held.text ?? (await readExport(reviewedLimits, options, terminal)).text;
  const proposed = { text: change(text), file: null };
  await loadReviewed(reviewedLimits, proposed, { ...options, expect: held.version }, terminal);
}
