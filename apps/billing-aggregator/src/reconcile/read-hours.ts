import { type Difference, type ReconciledHour } from '@ssp/contracts';
import { type Pool } from 'pg';
import { isAccepted } from './acceptances.ts';

/** What an hour came to. */
export type ReconcileResult = {
  readonly hour: ReconciledHour;
  readonly differences: readonly Difference[];
};

type HourRow = Omit<ReconciledHour, 'hour' | 'at' | 'state'> & {
  readonly hour: Date;
  readonly at: Date | null;
  readonly isBalanced: boolean;
  readonly isChanged: boolean;
  readonly isAccepted: boolean;
};
type DifferenceRow = Omit<Difference, 'hour'> & { readonly hour: Date };

/** What these hours came to, in their order, with their differences; one that was never reconciled waits. */
export async function readHours(pool: Pool, hours: readonly Date[]): Promise<readonly ReconcileResult[]> {
  const { rows } = await pool.query<HourRow>(
    `select hour, at, is_balanced as "isBalanced", changes <> as_of as "isChanged", ${isAccepted} as "isAccepted", told::float8 as told,
       audited::float8 as audited, entered::float8 as entered, requests::float8 as requests, billable::float8 as billable,
       request_bytes::float8 as "requestBytes", response_bytes::float8 as "responseBytes", closed::float8 as closed,
       differences::float8 as differences
     from billing.reconciled_hour as kept where hour = any($1)`,
    [hours],
  );
  const { rows: differences } = await pool.query<DifferenceRow>(
    `select id::float8 as id, hour, kind, internal_id as "internalId", trace_id as "traceId", about
     from billing.difference where hour = any($1) order by hour, id`,
    [hours],
  );
  const stored = new Map(rows.map((row) => [row.hour.getTime(), row]));
  const named = Map.groupBy(differences, ({ hour }) => hour.getTime());
  return hours.map((hour) => ({
    hour: hourOf(hour, stored.get(hour.getTime())),
    differences: (named.get(hour.getTime()) ?? []).map((row) => ({ ...row, hour: row.hour.toISOString() })),
  }));
}

function hourOf(hour: Date, row: HourRow | undefined): ReconciledHour {
  if (row === undefined) return { hour: hour.toISOString(), state: 'waiting', at: null, ...noCounts };
  const { at, isBalanced, isChanged, isAccepted: accepted, hour: _hour, ...counts } = row;
  const isWaiting = at === null || isChanged;
  return {
    hour: hour.toISOString(),
    state: isWaiting ? 'waiting' : isBalanced ? 'balanced' : accepted ? 'accepted' : 'unbalanced',
    at: at?.toISOString() ?? null,
    ...counts,
  };
}

const noCounts = {
  told: 0,
  audited: 0,
  entered: 0,
  requests: 0,
  billable: 0,
  requestBytes: 0,
  responseBytes: 0,
  closed: 0,
  differences: 0,
};
