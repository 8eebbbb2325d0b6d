import { type KeyObject } from 'node:crypto';
import { type Acceptance, statementNumber } from '@ssp/contracts';
import { inTransaction } from '@ssp/postgres';
import { Problem } from '@ssp/service';
import { type ClientBase, type Pool } from 'pg';
import { holdCounting, lockBooks } from './books-locks.ts';
import { type Actor, type Doer, nameOf, noteDeed } from './deeds.ts';
import { type Drafts, draftStatements, type StatementDraft } from './draft-statements.ts';
import { monthBounds, readMonthBooks } from './read-month-books.ts';
import { writeStatements } from './write-statements.ts';
import { type HeldTariffs, readTariffs } from './tariff-versions.ts';

/** Whether what was counted for a month is what was audited, and where not, a line for each difference. */
export type Balance = (month: string) => Promise<{
  readonly balanced: boolean;
  readonly differences: readonly string[];
  /** What people accepted, without which it would not balance. */
  readonly accepted: readonly Acceptance[];
  /** False where there was no audit to hold it against. */
  readonly isAudited: boolean;
}>;

export type MonthToClose = {
  readonly month: string;
  readonly actor: Actor;
  readonly why: string;
  /** Why it is closed though there is no audit to hold it against; null where there is. */
  readonly unreconciled: string | null;
  readonly now: Date;
};

/** A statement that was written, or would be. */
export type NumberedDraft = StatementDraft & { readonly number: string };

export type MonthPreview = {
  readonly statements: readonly NumberedDraft[];
  /** Why the month cannot be closed now; it can where there are none. */
  readonly reasons: readonly string[];
  readonly accepted: readonly Acceptance[];
  readonly isAudited: boolean;
};

/** Says what a month would be closed with, and what stands against it. Writes nothing. */
export async function previewClose(
  pool: Pool,
  balance: Balance,
  month: string,
  now: Date,
): Promise<MonthPreview> {
  const { against, accepted, isAudited } = await holdMonth(balance, month, now);
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    await allowTime(client);
    const { reasons, drafts } = await weigh(client, month, now);
    return { statements: numbered(month, drafts), reasons: [...reasons, ...against], accepted, isAudited };
  });
}

/**
 * Closes a month: writes its statements, in one transaction in which nobody counts and nobody else writes the books, so
 * that an end half-way leaves nothing, and whatever is counted for the month afterwards is known to be late.
 * @throws Problem 409 that says why it cannot be closed
 */
export async function closeMonth(
  pool: Pool,
  balance: Balance,
  signingKey: KeyObject,
  { month, actor, why, unreconciled, now }: MonthToClose,
): Promise<Omit<MonthPreview, 'reasons'>> {
  const { against, accepted, isAudited } = await holdMonth(balance, month, now);
  const hasNotEnded = monthBounds(month).to > now;
  const misunderstood =
    isAudited === (unreconciled === null) || hasNotEnded ? [] : [isAudited ? audited : notAudited];
  const notHeld = [...against, ...misunderstood];
  if (notHeld.length > 0) throw refusal(month, notHeld);
  return inTransaction(pool, async (client) => {
    await allowTime(client);
    await lockBooks(client);
    await holdCounting(client);
    const { reasons, drafts, tariffs, totals } = await weigh(client, month, now);
    if (reasons.length > 0) throw refusal(month, reasons);
    const statements = numbered(month, drafts);
    const by: Doer = { who: nameOf(actor), why, at: now };
    await client.query(
      `insert into billing.period (
         month, closed_at, who, why, tariff_version, statements, requests, billable, unreconciled, accepted, late_through)
       select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce(max(id), 0) from billing.late_exchange`,
      [
        month,
        now,
        by.who,
        why,
        tariffs.version === 0 ? null : tariffs.version,
        statements.length,
        totals.requests,
        totals.billable,
        unreconciled,
        JSON.stringify(accepted),
      ],
    );
    const head = await writeStatements(client, { month, statements, tariffs, by, signingKey });
    await noteDeed(client, {
      action: 'month-closed',
      who: actor,
      why,
      at: now,
      what: {
        month,
        statements: String(statements.length),
        requests: String(totals.requests),
        billable: String(totals.billable),
        lastHash: head,
        accepted: String(accepted.length),
        ...(unreconciled !== null && { unreconciled }),
      },
    });
    return { statements, accepted, isAudited };
  });
}

/** More than a request has, and less than consumers of Kafka may be away. */
const statementMs = 240_000;

async function allowTime(client: ClientBase): Promise<void> {
  await client.query(`select set_config('statement_timeout', $1, true)`, [String(statementMs)]);
}

function refusal(month: string, reasons: readonly string[]): Problem {
  return new Problem(
    409,
    `${month} cannot be closed: ${reasons[0] ?? ''}${reasons.length > 1 ? ', and more' : ''}`,
    {
      reasons,
    },
  );
}

const notAudited = 'there is no audit to hold it against (AUDIT_API_URL): say why it is closed unreconciled';
const audited = 'it is held against the audit: accept what differs, rather than close it unreconciled';

type Held = Pick<MonthPreview, 'accepted' | 'isAudited'> & { readonly against: readonly string[] };

async function holdMonth(balance: Balance, month: string, now: Date): Promise<Held> {
  // It is told that it has not ended; its balance is nobody's business yet.
  if (monthBounds(month).to > now) return { against: [], accepted: [], isAudited: true };
  const { balanced, differences, accepted, isAudited } = await balance(month);
  const against = balanced || differences.length > 0 ? differences : ['its figures do not balance'];
  return { against, accepted, isAudited };
}

type Weighed = {
  readonly reasons: readonly string[];
  readonly drafts: Drafts['statements'];
  readonly tariffs: HeldTariffs;
  readonly totals: { readonly requests: number; readonly billable: number };
};

async function weigh(client: ClientBase, month: string, now: Date): Promise<Weighed> {
  const tariffs = await readTariffs(client);
  const books = await readMonthBooks(client, month);
  const { statements, reasons } = draftStatements(tariffs.file, books);
  const { to } = monthBounds(month);
  const closed = await client.query('select month from billing.period where month = $1', [month]);
  const open = await openBefore(client, month);
  const against = [
    ...((closed.rowCount ?? 0) > 0 ? ['it is closed already'] : []),
    ...(to > now ? [`it has not ended before ${to.toISOString()}`] : []),
    ...open.map((earlier) => `${earlier} has usage and is still open`),
    ...(tariffs.version === 0 && statements.length > 0 ? ['no tariffs are loaded'] : []),
  ];
  return {
    tariffs,
    drafts: statements,
    // Of a month that is closed already nothing else is of interest.
    reasons: [...against, ...reasons],
    totals: {
      requests: books.usage.reduce((sum, { requests }) => sum + requests, 0),
      billable: books.usage.reduce((sum, { quantity }) => sum + quantity, 0),
    },
  };
}

/** Earlier months that have usage and are not closed; looks at one row for each month. */
async function openBefore(client: ClientBase, month: string): Promise<string[]> {
  const { rows } = await client.query<{ month: string }>(
    `with recursive found as (
       (select date_trunc('month', hour, 'UTC') as month from billing.usage_hour
        where hour < $1 order by hour desc limit 1)
       union all
       select (
         select date_trunc('month', hour, 'UTC') from billing.usage_hour
         where hour < found.month order by hour desc limit 1
       ) from found where found.month is not null
     ), named as (
       select to_char(month at time zone 'UTC', 'YYYY-MM') as month from found where month is not null
     )
     select month from named where not exists (select from billing.period where period.month = named.month)
     order by month`,
    [monthBounds(month).from],
  );
  return rows.map(({ month: earlier }) => earlier);
}

function numbered(month: string, drafts: readonly StatementDraft[]): NumberedDraft[] {
  return drafts.map((draft, index) => ({ number: statementNumber(month, index + 1), ...draft }));
}
