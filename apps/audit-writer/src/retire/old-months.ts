import { type Queryable } from '../queryable.ts';

/** A month whose tables can be dropped. */
export type OldMonth = {
  /** `2024-01`. */
  readonly month: string;
  readonly events: number;
  readonly fullUrls: number;
  readonly bytes: number;
  /** Null where it holds nothing. */
  readonly first: Date | null;
  readonly last: Date | null;
};

/** What is beyond its retention and stays all the same, for it lies in no month's table. */
export type Leftovers = {
  readonly eventsByDefault: number;
  readonly fullUrlsByDefault: number;
  readonly putAside: number;
};

/** The start of the first month that is not wholly beyond its retention: what occurred before may go. */
export function retentionEnd(at: Date, days: number): Date {
  const kept = new Date(at.getTime() - days * 86_400_000);
  return new Date(Date.UTC(kept.getUTCFullYear(), kept.getUTCMonth(), 1));
}

/** The months that lie wholly before a time, the oldest first. Counts their rows, which may take minutes. */
export async function oldMonths(db: Queryable, end: Date): Promise<readonly OldMonth[]> {
  const { rows: tables } = await db.query<{ month: string; bytes: string }>(
    `select to_char(month, 'YYYY-MM') as month, sum(pg_total_relation_size(leaf)) as bytes
     from (
       select inhrelid::regclass as leaf, to_date(substring(relname from '^(?:event|full_url)_(\\d{6})$'), 'YYYYMM') as month
       from pg_inherits join pg_class on pg_class.oid = inhrelid
       where inhparent in ('audit.event'::regclass, 'audit.full_url'::regclass)
     ) as leaves
     where month + interval '1 month' <= $1::timestamptz at time zone 'UTC'
     group by month order by month`,
    [end],
  );
  const months: OldMonth[] = [];
  for (const { month, bytes } of tables) {
    const { rows } = await db.query<Omit<OldMonth, 'month' | 'bytes'>>(
      `select (count(*))::int as events, min(occurred_at) as first, max(occurred_at) as last,
         (select count(*)::int from audit.full_url where ${inMonth}) as "fullUrls"
       from audit.event where ${inMonth}`,
      [`${month}-01T00:00:00Z`],
    );
    const [counted] = rows;
    if (counted) months.push({ month, bytes: Number(bytes), ...counted });
  }
  return months;
}

const inMonth = `occurred_at >= $1::timestamptz
  and occurred_at < ($1::timestamptz at time zone 'UTC' + interval '1 month') at time zone 'UTC'`;

/** What occurred, or was put aside, before a time and is in no table that is dropped. */
export async function leftovers(db: Queryable, end: Date): Promise<Leftovers> {
  const { rows } = await db.query<Leftovers>(
    `select
       (select count(*)::int from audit.event
        where occurred_at < $1 and tableoid = 'audit.event_default'::regclass) as "eventsByDefault",
       (select count(*)::int from audit.full_url
        where occurred_at < $1 and tableoid = 'audit.full_url_default'::regclass) as "fullUrlsByDefault",
       (select count(*)::int from audit.quarantine where at < $1) as "putAside"`,
    [end],
  );
  return rows[0] ?? { eventsByDefault: 0, fullUrlsByDefault: 0, putAside: 0 };
}
