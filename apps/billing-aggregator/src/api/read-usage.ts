import { type UsageDimension, type UsageFigures, type UsageReport, type UsageRow } from '@ssp/contracts';
import { type Pool } from 'pg';
import { Problem } from '@ssp/service';
import { type UsageQuery } from './usage-query.ts';

/** Most groups in one answer. */
const rowsMax = 50_000;

type Sums = {
  readonly requests: number;
  readonly billable: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly providerTimed: number;
  readonly providerUs: number;
  readonly providerUsMax: number;
};

type Names = Omit<UsageRow, keyof UsageFigures>;

/** The columns of each dimension, and the fields they become. */
const columns = {
  supplier: [['supplier', 'supplier']],
  provider: [
    ['provider_ods', 'providerOds'],
    ['provider_asid', 'providerAsid'],
  ],
  consumer: [
    ['consumer_ods', 'consumerOds'],
    ['consumer_asid', 'consumerAsid'],
  ],
  interaction: [['interaction', 'interaction']],
  outcome: [['outcome', 'outcome']],
} as const satisfies Record<UsageDimension, readonly (readonly [string, keyof Names])[]>;

/** Answers a question about usage; sums are exact up to 2^53. @throws Problem 400 for one with too many groups */
export async function readUsage(pool: Pool, query: UsageQuery): Promise<UsageReport> {
  const { from, to, groupBy, filters } = query;
  const { rows } = await pool.query<Names & Sums>({
    // Only names of the closed table above are put into the text; whatever the caller sent is a parameter.
    text: statement(groupBy),
    values: [
      from,
      to,
      filters.supplier,
      filters.provider,
      filters.consumer,
      filters.interaction,
      rowsMax + 1,
    ],
  });
  if (rows.length > rowsMax) {
    throw new Problem(
      400,
      `more than ${rowsMax} groups: ask for fewer dimensions, a shorter period or a filter`,
    );
  }
  return {
    period: { from: from.toISOString(), to: to.toISOString() },
    groupBy: [...groupBy],
    rows: rows.map(
      ({
        requests,
        billable,
        requestBytes,
        responseBytes,
        providerTimed,
        providerUs,
        providerUsMax,
        ...names
      }) => ({
        ...names,
        ...figures({
          requests,
          billable,
          requestBytes,
          responseBytes,
          providerTimed,
          providerUs,
          providerUsMax,
        }),
      }),
    ),
    totals: figures(rows.reduce(add, nothing)),
  };
}

function statement(groupBy: readonly UsageDimension[]): string {
  const grouped = groupBy.flatMap((dimension) => [...columns[dimension]]);
  const names = grouped.map(([column, field]) => `${column} as "${field}", `).join('');
  const order = grouped.map(([column]) => `${column} collate "C"`).join(', ');
  return `
    select ${names}
      sum(requests)::float8 as "requests",
      sum(billable)::float8 as "billable",
      sum(request_bytes)::float8 as "requestBytes",
      sum(response_bytes)::float8 as "responseBytes",
      sum(provider_timed)::float8 as "providerTimed",
      sum(provider_us)::float8 as "providerUs",
      max(provider_us_max)::float8 as "providerUsMax"
    from billing.usage_hour join billing.usage_key using (key)
    where hour >= $1 and hour < $2
      and ($3::text is null or supplier = $3)
      and ($4::text is null or $4 in (provider_ods, provider_asid))
      and ($5::text is null or $5 in (consumer_ods, consumer_asid))
      and ($6::text is null or interaction = $6)
    ${grouped.length === 0 ? '' : `group by ${grouped.map(([column]) => column).join(', ')}`}
    having count(*) > 0
    ${grouped.length === 0 ? '' : `order by ${order}`}
    limit $7`;
}

const nothing: Sums = {
  requests: 0,
  billable: 0,
  requestBytes: 0,
  responseBytes: 0,
  providerTimed: 0,
  providerUs: 0,
  providerUsMax: 0,
};

function add(left: Sums, right: Sums): Sums {
  return {
    requests: left.requests + right.requests,
    billable: left.billable + right.billable,
    requestBytes: left.requestBytes + right.requestBytes,
    responseBytes: left.responseBytes + right.responseBytes,
    providerTimed: left.providerTimed + right.providerTimed,
    providerUs: left.providerUs + right.providerUs,
    providerUsMax: Math.max(left.providerUsMax, right.providerUsMax),
  };
}

function figures({ providerTimed, providerUs, providerUsMax, ...counts }: Sums): UsageFigures {
  const isTimed = providerTimed > 0;
  return {
    ...counts,
    providerMsMean: isTimed ? Math.round(providerUs / providerTimed) / 1_000 : null,
    providerMsMax: isTimed ? providerUsMax / 1_000 : null,
  };
}
