import {
  Adjustment,
  adjustmentsPath,
  chainFaults,
  LineExchanges,
  MonthClosing,
  Statement,
  type StatementFault,
  statementFaults,
  StatementList,
  statementsPath,
  usageMonthsPath,
} from '@ssp/contracts';
import { type Command, Option } from 'commander';
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandFailure, reasonOf, UsageFault } from '../command-fault.ts';
import { operatorApi } from '../operator-api.ts';
import {
  addChangeOptions,
  addOperatorOptions,
  askOperatorApi,
  changeByOperatorApi,
  type ChangeOptions,
  type OperatorOptions,
  queryOf,
} from '../operator-command.ts';
import { readPlatformCard } from '../platform-card.ts';
import { mustBeWritable, writeBody } from '../print-answer.ts';
import { callForBody, type ServiceCall } from '../service-client.ts';
import { formatJson, formatTable } from '../table.ts';
import { say, type Terminal } from '../terminal.ts';
import { addAcceptCommand } from './accept.ts';
import { addReviewedCommands, type Reviewed } from './reviewed-commands.ts';

const reviewedTariffs: Reviewed = {
  name: 'tariffs',
  of: 'billing',
  load: { method: 'POST', path: '/v1/tariffs' },
  // The format is named, so that the audit is told of a file.
  exportPath: '/v1/tariffs/export?format=json',
};

/** `ssp billing`: tariffs, the closing of months, statements, corrections and their proof. */
export function addBillingCommand(program: Command, terminal: Terminal): void {
  const billing = program
    .command('billing')
    .summary('tariffs, closing of months, statements and corrections')
    .description('Keeps the books: tariffs, closing of months, statements and corrections.');
  addReviewedCommands(
    billing.command('tariffs').description('Compares, loads and exports the file of all tariffs.'),
    reviewedTariffs,
    terminal,
  );
  addClose(billing, terminal);
  addAcceptCommand(billing, terminal);
  addStatements(billing, terminal);
  addStatement(billing, terminal);
  addVerify(billing, terminal);
  addAdjust(billing, terminal);
}

/** Every hour of the month that was not yet held against the audit is first. */
const closingMs = 600_000;

type CloseOptions = OperatorOptions & {
  readonly dryRun?: true;
  readonly why?: string;
  readonly unreconciled?: string;
  readonly user?: string;
};

function addClose(billing: Command, terminal: Terminal): void {
  addOperatorOptions(
    billing
      .command('close')
      .description('Closes a month for good, once nothing stands against it.')
      .argument('<month>', 'YYYY-MM')
      .option('--dry-run', 'only tell what it would be closed with, and what stands against it')
      .option('--why <text>', 'why, such as the number of its approval; on every statement')
      .option('--unreconciled <why>', 'why it is closed though billing is not given the audit; kept with it')
      .option('--user <name>', 'who closes it (default: the name you are logged in by)'),
    'the statements',
    closingMs,
  ).action(async (month: string, options: CloseOptions) => {
    const { dryRun, why, unreconciled } = options;
    if (dryRun === undefined && why === undefined) throw new UsageFault('give --why, or --dry-run');
    const call: ServiceCall = {
      method: 'POST',
      path: `${usageMonthsPath}/${encodeURIComponent(month)}/close`,
      body: dryRun === undefined ? { why, unreconciled } : { dryRun },
    };
    const answer = await changeByOperatorApi({ ...options, why: why ?? '' }, call, terminal, 'billing');
    const { closed, reasons, statements, accepted, isAudited } = MonthClosing.parse(answer);
    terminal.out.write(
      options.json
        ? formatJson(answer)
        : statements.length === 0
          ? 'No supplier is owed anything: there is no statement.\n'
          : formatTable(
              ['NUMBER', 'SUPPLIER', 'REQUESTS', 'PAID FOR', 'TOTAL'],
              statements.map((it) => [
                it.number,
                it.supplier,
                String(it.requests),
                String(it.billable),
                it.total,
              ]),
            ),
    );
    if (!isAudited) say(terminal, 'it is held against its ledger alone, and closed only with --unreconciled');
    for (const { from, who, why: ground, difference } of accepted)
      say(terminal, `accepted by ${who}: ${from} ${difference?.about ?? 'and after'}: ${ground}`);
    if (reasons.length > 0) throw new CommandFailure(`${month} cannot be closed:\n${reasons.join('\n')}`);
    say(terminal, closed ? `${month} is closed` : `${month} could be closed; nothing was written`);
  });
}

type ListOptions = OperatorOptions & { readonly supplier?: string; readonly month?: string };

function addStatements(billing: Command, terminal: Terminal): void {
  addOperatorOptions(
    billing
      .command('statements')
      .description('Lists statements, the newest first.')
      .option('--supplier <name>', 'of this supplier')
      .option('--month <month>', 'of this month, YYYY-MM'),
    'the statements',
  ).action(async (options: ListOptions) => {
    const { supplier, month } = options;
    const path = `${statementsPath}${queryOf({ supplier, month })}`;
    const answer = await askOperatorApi(options, { method: 'GET', path }, terminal, 'billing');
    const { statements } = StatementList.parse(answer);
    terminal.out.write(
      options.json
        ? formatJson(statements)
        : statements.length === 0
          ? 'There are no such statements.\n'
          : formatTable(
              ['NUMBER', 'SUPPLIER', 'CLOSED', 'PAID FOR', 'TOTAL'],
              statements.map((it) => [it.number, it.supplier, it.closedAt, String(it.billable), it.total]),
            ),
    );
  });
}

type StatementOptions = OperatorOptions & {
  readonly format: string;
  readonly output?: string;
  readonly line?: string;
};

function addStatement(billing: Command, terminal: Terminal): void {
  addOperatorOptions(
    billing
      .command('statement')
      .description('Writes a statement, or the exchanges behind one of its lines.')
      .argument('<number>', 'such as SSP-2026-03-0001')
      .addOption(new Option('--format <format>', 'its form').choices(['csv', 'json', 'html']).default('csv'))
      .option('--line <line>', 'the exchanges that this line is paid for')
      .option('--output <file>', 'where to (default: standard output)'),
    'the exchanges',
  ).action(async (number: string, options: StatementOptions) => {
    mustBeWritable(options.output, terminal);
    if (options.line !== undefined) return writeExchanges(number, options.line, options, terminal);
    const api = operatorApi(options, readPlatformCard(options.card, terminal.cwd), terminal, 'billing');
    const format = options.json ? 'json' : options.format;
    const path = `${statementsPath}/${encodeURIComponent(number)}${queryOf({ format })}`;
    const body = await callForBody(api, { method: 'GET', path }, terminal.interrupted);
    await writeBody(body, options.output, terminal);
  });
}

async function writeExchanges(
  number: string,
  line: string,
  options: OperatorOptions,
  terminal: Terminal,
): Promise<void> {
  const found: LineExchanges['exchanges'] = [];
  let cursor: string | null = '0';
  while (cursor !== null) {
    const path = `${statementsPath}/${encodeURIComponent(number)}/lines/${encodeURIComponent(line)}/exchanges${queryOf({ cursor, limit: '1000' })}`;
    const page: LineExchanges = LineExchanges.parse(
      await askOperatorApi(options, { method: 'GET', path }, terminal, 'billing'),
    );
    found.push(...page.exchanges);
    cursor = page.next;
  }
  const rows = found.map((it) => [
    it.internalId,
    it.hour,
    `${it.consumerOds} ${it.consumerAsid}`,
    `${it.providerOds} ${it.providerAsid}`,
  ]);
  terminal.out.write(
    options.json ? formatJson(found) : formatTable(['INTERNAL ID', 'HOUR', 'CONSUMER', 'PROVIDER'], rows),
  );
}

type VerifyOptions = OperatorOptions & { readonly publicKey?: string };

function addVerify(billing: Command, terminal: Terminal): void {
  addOperatorOptions(
    billing
      .command('verify')
      .description(
        'Proves statements on this machine: hashes, signatures, chain, numbers and sums. Of a supplier’s own each by itself.',
      )
      .option(
        '--public-key <file>',
        'Ed25519 public key of the statements, PEM; without it signatures are not proved',
      )
      .argument('[number]', 'one statement (default: all)'),
    'the faults',
  ).action(async (number: string | undefined, options: VerifyOptions) => {
    const keys = options.publicKey === undefined ? null : [readKey(options.publicKey, terminal)];
    const read = async (path: string) =>
      askOperatorApi(options, { method: 'GET', path }, terminal, 'billing');
    const numbers =
      number === undefined
        ? StatementList.parse(await read(statementsPath))
            .statements.map((it) => it.number)
            .toReversed()
        : [number];
    const statements: Statement[] = [];
    for (const each of numbers) {
      statements.push(Statement.parse(await read(`${statementsPath}/${encodeURIComponent(each)}`)));
    }
    const faults: readonly StatementFault[] =
      number === undefined
        ? chainFaults(statements, keys)
        : statements.flatMap((statement) => statementFaults(statement, keys));
    if (options.json) terminal.out.write(formatJson(faults));
    if (keys === null) say(terminal, 'signatures are not proved: give --public-key');
    if (faults.length > 0) {
      throw new CommandFailure(faults.map((it) => `${it.number}: ${it.fault}`).join('\n'));
    }
    say(terminal, `${statements.length} statements are as they were written`);
  });
}

function readKey(file: string, { cwd }: Terminal) {
  try {
    return createPublicKey(readFileSync(resolve(cwd, file)));
  } catch (error) {
    throw new UsageFault(`the key cannot be read: ${reasonOf(error)}`);
  }
}

type AdjustOptions = ChangeOptions & { readonly amount: string };

function addAdjust(billing: Command, terminal: Terminal): void {
  addOperatorOptions(
    addChangeOptions(
      billing
        .command('adjust')
        .description('Orders a correction of a line, which the supplier’s next statement states.')
        .argument('<line>', 'number and line, such as SSP-2026-03-0001/4')
        .requiredOption('--amount <pounds>', 'such as -12.30; negative where too much was paid'),
    ),
    'the correction',
  ).action(async (place: string, options: AdjustOptions) => {
    const [, number, line] = /^(.+)\/(\d{1,9})$/.exec(place) ?? [];
    if (number === undefined) throw new UsageFault('give number and line, such as SSP-2026-03-0001/4');
    const body = { number, line: Number(line), amount: options.amount, reason: options.why };
    const call = { method: 'POST', path: adjustmentsPath, body } as const;
    const made = Adjustment.parse(await changeByOperatorApi(options, call, terminal, 'billing'));
    if (options.json) terminal.out.write(formatJson(made));
    else
      say(
        terminal,
        `correction ${made.id} of ${made.amount} waits for the next statement of ${made.supplier}`,
      );
  });
}
