import { type PoolClient } from 'pg';
import { type SignedRetirement } from './retirement.ts';
import { writeRetirements } from './retirement-rows.ts';

/**
 * Drops the tables of months and keeps what was signed of their rows, in the transaction it is called in. Rejects where the tables hold other rows
 * than the retirements tell of.
 */
export async function dropMonths(
  client: PoolClient,
  {
    months,
    occurredBefore,
    eventId,
    retirements,
  }: {
    readonly months: readonly string[];
    readonly occurredBefore: Date;
    readonly eventId: string;
    readonly retirements: readonly SignedRetirement[];
  },
): Promise<void> {
  // Counting the rows of a month may take minutes; the locks that hold up others are bounded apart.
  await client.query('set local statement_timeout = 0');
  await writeRetirements(client, retirements);
  await keepDigests(client, 'event', eventId, occurredBefore);
  await keepDigests(client, 'url', eventId, occurredBefore);
  await client.query('select audit.drop_months($1, $2)', [months.map((month) => `${month}-01`), eventId]);
}

const tables = { event: 'event', url: 'full_url' };

/** Of the trees at the edges of a run, which hold rows that stay as well. */
async function keepDigests(
  client: PoolClient,
  chain: 'event' | 'url',
  eventId: string,
  occurredBefore: Date,
): Promise<void> {
  await client.query(
    `insert into audit.retired_digest (topic, partition, chain, "offset", digest)
     select going.topic, going.partition, run.chain, going."offset", going.digest
     from audit.retirement as run
     join lateral (
       (select since, next_offset from audit.checkpoint as first
        where first.topic = run.topic and first.partition = run.partition and first.next_offset > run.first_offset
          and since is not null order by first.next_offset limit 1)
       union
       (select since, next_offset from audit.checkpoint as last
        where last.topic = run.topic and last.partition = run.partition and last.next_offset >= run.next_offset
          and since is not null order by last.next_offset limit 1)
     ) as tree on tree.since < run.first_offset or tree.next_offset > run.next_offset
     join audit.${tables[chain]} as going on going.topic = run.topic and going.partition = run.partition
       and going."offset" >= greatest(tree.since, run.first_offset)
       and going."offset" < least(tree.next_offset, run.next_offset)
     where run.event_id = $1 and run.chain = $2 and going.occurred_at < $3
     on conflict do nothing`,
    [eventId, chain, occurredBefore],
  );
}
