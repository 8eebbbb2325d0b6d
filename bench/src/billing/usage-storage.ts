import { type Client } from 'pg';

/** What a month of usage takes with its indexes; days and months by practice, by consumer and so on apart from those by all names. */
export type UsageStorage = {
  readonly kinds: readonly { readonly kind: string; readonly rows: number; readonly bytes: number }[];
  readonly keys: number;
  readonly ledgerBytesEach: number;
  readonly gigabytesFilled: number;
};

const daysOfMonth = 30.4;

/** Reckons a month from what is filled: its sums by their number and the size of their sketches, the counted hours by their exchanges. */
export async function readStorage(client: Client, exchangesAMonth: number): Promise<UsageStorage> {
  const { rows } = await client.query<{ kind: string; grain: string; rows: number; bytes: number }>(`
    with sized as (
      select cube, grain, start, count(*)::float8 as rows,
        sum(pg_column_size(provider_sketch) + pg_column_size(own_sketch) + 60)::float8 as bytes
      from billing.usage_rollup_sketch group by cube, grain, start
    ), grouped as (
      select case cube when 'all' then 'all' else 'few' end as kind, cube, grain,
        sum(rows) as rows, sum(bytes) as bytes, count(*)::float8 as periods
      from sized group by cube, grain
    ), whole as (
      select sum(rows) as rows, sum(bytes) as bytes, pg_total_relation_size('billing.usage_rollup') as figures,
        pg_total_relation_size('billing.usage_rollup_sketch') as sketches from grouped
    )
    select grouped.kind, grouped.grain, sum(grouped.rows / grouped.periods)::float8 as rows,
      sum((grouped.rows * whole.figures / whole.rows + grouped.bytes * whole.sketches / whole.bytes) / grouped.periods)::float8 as bytes
    from grouped cross join whole group by grouped.kind, grouped.grain`);
  const ofMonth = { hour: 24 * daysOfMonth, day: daysOfMonth, month: 1 };
  const named = (grain: keyof typeof ofMonth, kind: string, title: string) => {
    const found = rows.find((row) => row.grain === grain && row.kind === kind);
    const [amount, bytes] = [found?.rows ?? 0, found?.bytes ?? 0];
    return { kind: title, rows: amount * ofMonth[grain], bytes: bytes * ofMonth[grain] };
  };
  const { rows: counted } = await client.query<Counted>(
    `
    select (select count(*) from billing.usage_hour)::float8 as rows, pg_total_relation_size('billing.usage_hour')::float8 as bytes,
      (select sum(requests) from billing.usage_hour)::float8 as exchanges, (select count(*) from billing.usage_key)::float8 as keys,
      (select sum(pg_total_relation_size(relid)) from pg_partition_tree('billing.counted_exchange') where isleaf)::float8 as ledger,
      (select count(*) from billing.counted_exchange)::float8 as "ledgerRows",
      pg_database_size(current_database())::float8 as filled`,
  );
  const all = counted[0];
  if (all === undefined) throw new Error('nothing was filled');
  return {
    kinds: [
      {
        kind: 'hours by all names (`usage_hour`)',
        rows: (all.rows / all.exchanges) * exchangesAMonth,
        bytes: (all.bytes / all.exchanges) * exchangesAMonth,
      },
      named('hour', 'few', 'hours of the other sums'),
      named('day', 'all', 'days by all names'),
      named('day', 'few', 'days of the other sums'),
      named('month', 'all', 'month by all names'),
      named('month', 'few', 'month of the other sums'),
    ],
    keys: all.keys,
    ledgerBytesEach: all.ledger / all.ledgerRows,
    gigabytesFilled: all.filled / 1e9,
  };
}

type Counted = {
  readonly rows: number;
  readonly bytes: number;
  readonly exchanges: number;
  readonly keys: number;
  readonly ledger: number;
  readonly ledgerRows: number;
  readonly filled: number;
};
