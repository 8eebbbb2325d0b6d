import { type Command, Option } from 'commander';
import { z } from 'zod';
import {
  addChangeOptions,
  addOperatorOptions,
  askOperatorApi,
  changeByOperatorApi,
  type ChangeOptions,
  type OperatorOptions,
  queryOf,
} from '../operator-command.ts';
import { UsageFault } from '../command-fault.ts';
import { readCount } from '../shared-options.ts';
import { formatJson, formatProperties, formatTable } from '../table.ts';
import { say, type Terminal } from '../terminal.ts';

const Rule = z.looseObject({
  ruleId: z.string(),
  agreementId: z.string(),
  priority: z.int(),
  from: z.unknown(),
  to: z.unknown(),
  interaction: z.string().optional(),
  capability: z.string().optional(),
  effect: z.string(),
  validFrom: z.string().optional(),
  validTo: z.string().optional(),
});
type Rule = z.output<typeof Rule>;
const Held = z.object({ rule: Rule, sinceVersion: z.string() });
const Authored = z.object({ at: z.string(), who: z.string(), why: z.string() }).nullable();
const History = z.object({ versions: z.array(Held.extend({ made: Authored })) });

type ListOptions = OperatorOptions & {
  readonly asid?: string;
  readonly ods?: string;
  readonly interaction?: string;
  readonly agreementId?: string;
  readonly at?: string;
  readonly limit: string;
};
type AddOptions = ChangeOptions & {
  readonly agreementId: string;
  readonly priority: string;
  readonly from: string;
  readonly to: string;
  readonly interaction?: string;
  readonly capability?: string;
  readonly effect: string;
  readonly validFrom?: string;
  readonly validTo?: string;
  readonly note?: string;
};

type SetOptions = ChangeOptions & Partial<Omit<AddOptions, keyof ChangeOptions>>;

/** `ssp agreements list|show|history|add|set|end`: data sharing rules one by one. */
export function addAgreementsCommand(program: Command, terminal: Terminal): void {
  const agreements = program
    .command('agreements')
    .summary('list, add, change, end and withdraw data sharing rules one by one')
    .description('Lists and changes the data sharing rules one by one. Nothing is deleted: a rule is ended.');
  addOperatorOptions(
    agreements
      .command('list')
      .description('Lists the rules in the order in which they are looked at.')
      .option('--asid <asid>', 'that name this system')
      .option('--ods <code>', 'that name this organisation')
      .option('--interaction <id>', 'that speak of this interaction')
      .option('--agreement-id <id>', 'of this agreement')
      .option('--at <moment>', 'in force at that moment')
      .option('--limit <count>', 'how many', readCount, '100'),
    'the rules',
  ).action(async (options: ListOptions) => {
    const { asid, ods, interaction, agreementId, at, limit } = options;
    const path = `/v1/agreements${queryOf({ asid, ods, interaction, agreementId, at, limit })}`;
    const answer = await askOperatorApi(options, { method: 'GET', path }, terminal);
    const listed = z.object({ agreements: z.array(Held) }).parse(answer).agreements;
    const rows = listed.map(({ rule }) => [
      rule.ruleId,
      rule.agreementId,
      String(rule.priority),
      selectorText(rule.from),
      selectorText(rule.to),
      rule.interaction ?? `capability ${rule.capability}`,
      rule.effect,
      rule.validFrom ?? '-',
      isWithdrawn(rule) ? 'withdrawn' : (rule.validTo ?? '-'),
    ]);
    const headings = ['RULE', 'AGREEMENT', 'PRIORITY', 'FROM', 'TO', 'OF', 'EFFECT', 'BEGINS', 'ENDS'];
    terminal.out.write(options.json ? formatJson(listed) : formatTable(headings, rows));
  });

  addOperatorOptions(
    agreements.command('show').description('Shows one rule.').argument('<ruleId>'),
    'the rule',
  ).action(async (ruleId: string, options: OperatorOptions) => {
    printHeld(await readHeld(ruleId, options, terminal), options, terminal);
  });

  addOperatorOptions(
    agreements
      .command('history')
      .description('Shows all that a rule ever was: who made it so, when and why.')
      .argument('<ruleId>'),
    'the versions',
  ).action(async (ruleId: string, options: OperatorOptions) => {
    const path = `${pathOf(ruleId)}/history`;
    const answer = await askOperatorApi(options, { method: 'GET', path }, terminal);
    const rows = History.parse(answer).versions.map(({ rule, sinceVersion, made }) => [
      sinceVersion,
      // As every other moment is shown; the API's has the database's own digits.
      made === null || made === undefined ? '-' : new Date(made.at).toISOString(),
      made?.who ?? '-',
      made?.why ?? '-',
      `${rule.effect} ${selectorText(rule.from)} -> ${selectorText(rule.to)} of ${rule.interaction ?? `capability ${rule.capability}`}, agreement ${rule.agreementId}, priority ${rule.priority}, ${periodText(rule)}`,
    ]);
    terminal.out.write(
      options.json ? formatJson(answer) : formatTable(['VERSION', 'AT', 'WHO', 'WHY', 'RULE'], rows),
    );
  });

  addOperatorOptions(
    addChangeOptions(
      agreements
        .command('add')
        .description('Adds a rule.')
        .argument('<ruleId>', 'the name of the new rule')
        .requiredOption('--agreement-id <id>', 'the agreement it stems from')
        .addOption(
          new Option('--effect <effect>', 'what it does').choices(['allow', 'deny']).makeOptionMandatory(),
        )
        .requiredOption('--priority <number>', 'lower goes first; among equals a deny does')
        .option('--from <who>', 'consumer: any, asid:<asid> or ods:<code>', 'any')
        .option('--to <who>', 'provider: the same', 'any')
        .option('--interaction <id>', 'of this interaction (default: any)')
        .option('--capability <name>', 'of all interactions of this capability')
        .option('--valid-from <moment>', 'when it begins')
        .option('--valid-to <moment>', 'the first moment at which it no longer holds')
        .option('--note <text>', 'for people'),
    ),
    'the rule',
  ).action(async (ruleId: string, options: AddOptions) => {
    const { agreementId, effect, interaction, capability, validFrom, validTo, note, why } = options;
    const rule = {
      ruleId,
      agreementId,
      effect,
      priority: options.priority,
      from: selectorOf(options.from, '--from'),
      to: selectorOf(options.to, '--to'),
      ...(capability === undefined ? { interaction: interaction ?? 'any' } : { interaction, capability }),
      validFrom,
      validTo,
      note,
    };
    const call = { method: 'POST', path: '/v1/agreements', body: { rule, why } } as const;
    printHeld(Held.parse(await changeByOperatorApi(options, call, terminal)), options, terminal);
  });

  addOperatorOptions(
    addChangeOptions(
      agreements
        .command('set')
        .description(
          'Changes what is given of a rule; the rest stays. An ended one holds again with another --valid-to.',
        )
        .argument('<ruleId>')
        .option('--agreement-id <id>', 'the agreement it stems from')
        .addOption(new Option('--effect <effect>', 'what it does').choices(['allow', 'deny']))
        .option('--priority <number>', 'lower goes first; among equals a deny does')
        .option('--from <who>', 'consumer: any, asid:<asid> or ods:<code>')
        .option('--to <who>', 'provider: the same')
        .option('--interaction <id>', 'of this interaction, or any; in place of a capability')
        .option('--capability <name>', 'of all interactions of this capability; in place of an interaction')
        .option('--valid-from <moment>', 'when it begins; none: since ever')
        .option('--valid-to <moment>', 'the first moment at which it no longer holds; none: it does not end')
        .option('--note <text>', 'for people; none: without one'),
    ),
    'the rule',
  ).action(async (ruleId: string, options: SetOptions) => {
    const changes = changesOf(options);
    if (Object.keys(changes).length === 0)
      throw new UsageFault('say what the rule becomes: --help tells the options');
    const { sinceVersion } = await readHeld(ruleId, options, terminal);
    const call = {
      method: 'PATCH',
      path: pathOf(ruleId),
      body: { changes, why: options.why },
      headers: { 'if-match': `"${sinceVersion}"` },
    } as const;
    printHeld(Held.parse(await changeByOperatorApi(options, call, terminal)), options, terminal);
  });

  addOperatorOptions(
    addChangeOptions(
      agreements
        .command('end')
        .description(
          'Ends a rule, now or at a moment to come. One that has not begun is withdrawn: it never comes into force.',
        )
        .argument('<ruleId>')
        .option('--at <moment>', 'the first moment at which it no longer holds (default: now)'),
    ),
    'the rule',
  ).action(async (ruleId: string, options: ChangeOptions & { readonly at?: string }) => {
    const { sinceVersion } = await readHeld(ruleId, options, terminal);
    const call = {
      method: 'POST',
      path: `${pathOf(ruleId)}/end`,
      body: { at: options.at, why: options.why },
      headers: { 'if-match': `"${sinceVersion}"` },
    } as const;
    const held = Held.parse(await changeByOperatorApi(options, call, terminal));
    printHeld(held, options, terminal);
    say(terminal, `${ruleId} ${endText(held.rule, Date.now())}`);
  });
}

const orNone = (text: string | undefined) => (text === 'none' ? null : text);

/** The fields that are given; null takes one away, as does the other of interaction and capability. */
function changesOf({
  from,
  to,
  interaction,
  capability,
  ...options
}: SetOptions): Readonly<Record<string, unknown>> {
  const changes = {
    agreementId: options.agreementId,
    effect: options.effect,
    priority: options.priority,
    from: from === undefined ? undefined : selectorOf(from, '--from'),
    to: to === undefined ? undefined : selectorOf(to, '--to'),
    interaction: interaction ?? (capability === undefined ? undefined : null),
    capability: capability ?? (interaction === undefined ? undefined : null),
    validFrom: orNone(options.validFrom),
    validTo: orNone(options.validTo),
    note: orNone(options.note),
  };
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

const pathOf = (ruleId: string) => `/v1/agreements/${encodeURIComponent(ruleId)}`;

async function readHeld(ruleId: string, options: OperatorOptions, terminal: Terminal) {
  return Held.parse(await askOperatorApi(options, { method: 'GET', path: pathOf(ruleId) }, terminal));
}

function printHeld(held: z.output<typeof Held>, options: OperatorOptions, terminal: Terminal): void {
  const properties = Object.entries(held.rule).map(([name, value]) => [name, selectorText(value)] as const);
  terminal.out.write(
    options.json ? formatJson(held) : formatProperties([...properties, ['since version', held.sinceVersion]]),
  );
}

/** It ends as it begins, so that it never holds. */
function isWithdrawn({ validFrom, validTo }: Rule): boolean {
  return validFrom !== undefined && validTo !== undefined && Date.parse(validTo) <= Date.parse(validFrom);
}

function periodText(rule: Rule): string {
  if (isWithdrawn(rule)) return `withdrawn before it began on ${rule.validFrom ?? ''}`;
  const begins = rule.validFrom === undefined ? '' : `begins ${rule.validFrom}, `;
  return `${begins}ends ${rule.validTo ?? 'never'}`;
}

function endText(rule: Rule, nowMs: number): string {
  if (isWithdrawn(rule)) return 'is withdrawn: it never comes into force';
  return Date.parse(rule.validTo ?? '') <= nowMs ? 'is ended' : `will end at ${rule.validTo ?? ''}`;
}

function selectorText(selector: Rule['from']): string {
  if (typeof selector === 'number') return String(selector);
  if (typeof selector !== 'object' || selector === null) return typeof selector === 'string' ? selector : '-';
  return Object.entries(selector)
    .map(([kind, code]) => `${kind}:${String(code)}`)
    .join(' ');
}

function selectorOf(text: string, option: string): unknown {
  if (text === 'any') return 'any';
  const [kind, code] = text.split(':', 2);
  if ((kind === 'asid' || kind === 'ods') && code !== undefined && code !== '') return { [kind]: code };
  throw new UsageFault(`${option}: give any, asid:<asid> or ods:<code>`);
}
