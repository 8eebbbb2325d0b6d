import { type Pool } from 'pg';

/** What is kept of the exchanges, row by row in order; left out is when rows were written, and what the sealing of a URL draws at random. */
const books = {
  events: `select topic, partition, "offset", event_id, kind, occurred_at, internal_id, trace_id, status, body::text,
      encode(digest, 'hex') as digest
    from audit.event order by topic, partition, "offset"`,
  chains: `select topic, partition, first_offset, next_offset, encode(event_digest, 'hex') as digest
    from audit.chain_head join audit.consumer_offset using (topic, partition) order by topic, partition`,
  urls: `select topic, partition, "offset", internal_id, occurred_at from audit.full_url order by topic, partition, "offset"`,
  putAside: `select topic, partition, "offset", encode(bytes, 'hex') as bytes, reason from audit.quarantine
    order by topic, partition, "offset"`,
  numbers: `select topic, source, range_agg(int8range(first_number, last_number, '[]'))::text as numbers
    from audit.producer join audit.number_run on producer_no = no group by topic, source order by topic, source`,
  usage: 'select * from billing.usage_hour order by hour, key',
  usageKeys: 'select * from billing.usage_key order by key',
  ledger: 'select * from billing.counted_exchange order by hour, internal_id',
  ledgerMonths: 'select month, is_complete, dropped_at from billing.ledger_month order by month',
  billed: 'select topic, partition, next_offset from billing.consumer_offset order by topic, partition',
  billingPutAside: `select topic, partition, record_offset, reason, encode(value, 'hex') as bytes from billing.quarantine
    order by topic, partition, record_offset`,
};

/** What the audit and billing hold, to be compared with what another platform holds that has read the same. */
export async function readBooks(pool: Pool): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const held: Record<string, readonly unknown[]> = {};
  for (const [name, query] of Object.entries(books)) held[name] = (await pool.query(query)).rows;
  return held;
}

/** How many records of the topics each of both has taken in. */
export async function readUpTo(pool: Pool): Promise<{ readonly audit: number; readonly billing: number }> {
  const { rows } = await pool.query<{ audit: number; billing: number }>(
    `select (select coalesce(sum(next_offset), 0)::int from audit.consumer_offset) as audit,
       (select coalesce(sum(next_offset), 0)::int from billing.consumer_offset) as billing`,
  );
  return rows[0] ?? { audit: 0, billing: 0 };
}
