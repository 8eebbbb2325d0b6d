import {
  type Acceptance,
  ReconcileLine,
  type ReconciledHour,
  type ReconciledMonth,
  Reconciliations,
  reconciliationsPath,
} from '@ssp/contracts';
import { type Command } from 'commander';
import { CommandFailure, Differs, UsageFault } from '../command-fault.ts';
import { operatorApi } from '../operator-api.ts';
import { addOperatorOptions, type OperatorOptions, queryOf } from '../operator-command.ts';
import { readPlatformCard } from '../platform-card.ts';
import { callForLines, callService, type ServiceAddress } from '../service-client.ts';
import { formatJson, formatTable } from '../table.ts';
import { say, type Terminal } from '../terminal.ts';

type ReconcileOptions = OperatorOptions & {
  readonly month?: string;
  readonly from?: string;
  readonly to?: string;
};

type Asked = { readonly month: string } | { readonly from: string; readonly to: string };

/** `ssp reconcile`: holds billing against the audit and the edges. */
export function addReconcileCommand(program: Command, terminal: Terminal): void {
  addOperatorOptions(
    program
      .command('reconcile')
      .summary('hold billing against the audit and the edges')
      .description(
        'Holds each ended hour of a period, and its closed months, against the audit and what the edges have counted. Status 3 where not all balances, or was accepted.',
      )
      .option('--month <month>', 'a calendar month, UTC, YYYY-MM')
      .option('--from <hour>', 'or else the first hour, as 2026-03-01T00:00Z')
      .option('--to <hour>', 'and the hour after the last'),
    'what each hour and month came to',
  ).action(async (options: ReconcileOptions) => {
    const asked = askedFor(options);
    const api = operatorApi(options, readPlatformCard(options.card, terminal.cwd), terminal, 'billing');
    await runAll(api, asked, terminal);
    const path = `${reconciliationsPath}${queryOf(asked)}`;
    const found = Reconciliations.parse(
      await callService(api, { method: 'GET', path }, terminal.interrupted),
    );
    terminal.out.write(options.json ? formatJson(found) : textOf(found));
    const { notRipe, state } = found;
    if (notRipe !== null)
      say(terminal, `${notRipe.hours} hours from ${notRipe.from} are left out: not ripe yet`);
    if (state === 'balanced') say(terminal, `all ${found.hours.length} hours balance`);
    else if (state === 'accepted') say(terminal, 'all hours balance, but for what was accepted');
    else throw new Differs(wordsOf[state]);
  });
}

const wordsOf = {
  unbalanced: 'not all balances',
  waiting: 'not all could be compared yet, as the audit or billing lags behind: ask again',
  'nothing ripe': 'nothing was compared: no hour of the period ended long enough ago',
} as const;

function askedFor({ month, from, to }: ReconcileOptions): Asked {
  if (month !== undefined && from === undefined && to === undefined) return { month };
  if (month === undefined && from !== undefined && to !== undefined) return { from, to };
  throw new UsageFault('give either --month, or --from and --to');
}

const progressEveryMs = 1_000;

/** Has everything compared anew, and tells what does not balance as it comes, and now and then how far it has come. */
async function runAll(api: ServiceAddress, asked: Asked, terminal: Terminal): Promise<void> {
  let isWhole = false;
  let hours = 0;
  let toldAtMs = Date.now();
  const call = { method: 'POST', path: reconciliationsPath, body: asked } as const;
  for await (const line of callForLines(api, call, terminal.interrupted)) {
    const told = ReconcileLine.parse(line);
    if ('end' in told) isWhole = true;
    else if ('hour' in told) {
      hours += 1;
      if (told.hour.state !== 'balanced') say(terminal, `${told.hour.hour} is ${told.hour.state}`);
      if (Date.now() - toldAtMs < progressEveryMs) continue;
      toldAtMs = Date.now();
      say(terminal, `${hours} hours compared, up to ${told.hour.hour}`);
    }
  }
  if (!isWhole) throw new CommandFailure('the answer of billing was cut off: ask again');
}

function textOf({ hours, months, differences, acceptances }: Reconciliations): string {
  const open = hours.filter(({ state }) => state !== 'balanced');
  return [
    formatTable(
      ['HOUR', 'STATE', 'EDGES', 'AUDIT', 'LEDGER', 'USAGE', 'BILLABLE', 'DIFFERENCES'],
      [...open.map(hourRow), totalRow(hours)],
    ),
    ...(months.length === 0
      ? []
      : [
          formatTable(
            ['MONTH', 'STATE', 'ON LINES', 'BILLABLE', 'TO BE STATED', 'DIFFERENCES'],
            months.map(monthRow),
          ),
        ]),
    ...listOf([
      ...differences.map(({ id, hour, kind, traceId, internalId, about }) => [
        String(id),
        hour,
        kind,
        traceId ?? internalId ?? '',
        about,
      ]),
      ...months.flatMap(({ month, named }) => named.map(({ kind, about }) => ['', month, kind, '', about])),
    ]),
    ...acceptedTable(acceptances),
  ].join('\n');
}

function hourRow(it: ReconciledHour): string[] {
  const counts = [it.told, it.audited, it.entered, it.requests, it.billable, it.differences];
  return [it.hour, it.state, ...counts.map(String)];
}

function totalRow(hours: readonly ReconciledHour[]): string[] {
  const sum = (of: (hour: ReconciledHour) => number) =>
    String(hours.reduce((total, hour) => total + of(hour), 0));
  return [
    `all ${hours.length}`,
    '',
    sum((it) => it.told),
    sum((it) => it.audited),
    sum((it) => it.entered),
    sum((it) => it.requests),
    sum((it) => it.billable),
    sum((it) => it.differences),
  ];
}

function monthRow(it: ReconciledMonth): string[] {
  return [it.month, it.state, ...[it.stated, it.counted, it.toBeStated, it.differences].map(String)];
}

function listOf(rows: readonly string[][]): string[] {
  return rows.length === 0 ? [] : [formatTable(['ID', 'WHERE', 'KIND', 'TRACE ID', 'WHAT DIFFERS'], rows)];
}

function acceptedTable(acceptances: readonly Acceptance[]): string[] {
  if (acceptances.length === 0) return [];
  const rows = acceptances.map(({ from, to, difference, who, why }) => [
    from,
    to,
    difference === null ? 'what the audit or the ledger lacks' : `${difference.kind}: ${difference.about}`,
    who,
    why,
  ]);
  return [formatTable(['ACCEPTED FROM', 'TO', 'WHAT', 'BY', 'WHY'], rows)];
}
