import {
  type BookedExchangeLine,
  type BookHour,
  type BookLine,
  EdgeTally,
  ExchangeCompleted,
} from '@ssp/contracts';
import { inTransaction } from '@ssp/postgres';
import { type TellLines } from '@ssp/service';
import { type ClientBase, type Pool } from 'pg';
import { findHoles } from '../numbers/find-holes.ts';
import { retiredBefore } from '../numbers/retired-before.ts';
import { BookOfHour } from './book-of-hour.ts';
import { completedEvents, writtenBelow } from './completed-events.ts';

const hourMs = 3_600_000;
const groupsAtOnce = 500;
/** So many are kept in memory; then they are told, and an hour's later groups may be alike. So nobody who reads waits long for a word either. */
const groupsMax = 10_000;

/** Tells what the completed events of each hour come to, hour by hour, each as it is at one moment. */
export async function tellBooks(
  pool: Pool,
  hours: readonly Date[],
  tell: TellLines<BookLine>,
  signal: AbortSignal,
): Promise<void> {
  for (const hour of hours) {
    await tell([{ hour: await tellGroups(pool, hour, tell, signal) }]);
  }
  await tell([{ end: true }]);
}

/** Tells each completed exchange of an hour, as they are at one moment and in no order. */
export async function tellBooked(
  pool: Pool,
  hour: Date,
  tell: TellLines<BookedExchangeLine>,
  signal: AbortSignal,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    await tell([{ written: await writtenBelow(client) }]);
    for await (const events of completedEvents(client, hour)) {
      signal.throwIfAborted();
      await tell(events.map(({ exchange }) => ({ exchange })));
    }
  });
  await tell([{ end: true }]);
}

/** Tells the groups of an hour, and returns what else is known of it. */
function tellGroups(
  pool: Pool,
  hour: Date,
  tell: TellLines<BookLine>,
  signal: AbortSignal,
): Promise<BookHour> {
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    const written = await writtenBelow(client);
    const retiredMs = (await retiredBefore(client)) ?? Number.NEGATIVE_INFINITY;
    const holes = (await findHoles(client)).filter(({ topic }) => topic === ExchangeCompleted.topic);
    const book = new BookOfHour(await talliesOf(client, hour));
    const tellTaken = async () => {
      const groups = book.takeGroups();
      for (let from = 0; from < groups.length; from += groupsAtOnce)
        await tell(groups.slice(from, from + groupsAtOnce).map((group) => ({ group })));
    };
    for await (const events of completedEvents(client, hour)) {
      signal.throwIfAborted();
      for (const event of events) book.add(event);
      if (book.groups >= groupsMax) await tellTaken();
    }
    await tellTaken();
    const { rows } = await client.query<{ closed: number }>(
      `select count(*)::int as closed from audit.event
       where kind = 'exchange.closed' and occurred_at >= $1 and occurred_at < $2`,
      [hour, new Date(hour.getTime() + hourMs)],
    );
    return {
      hour: hour.toISOString(),
      completed: book.completed,
      closed: rows[0]?.closed ?? 0,
      edges: [...book.edges(holes)],
      written,
      isRetired: hour.getTime() < retiredMs,
    };
  });
}

async function talliesOf(client: ClientBase, hour: Date): Promise<readonly EdgeTally['data'][]> {
  const { rows } = await client.query<{ body: string }>(
    `select body::text as body from audit.event
     where kind = 'edge.tally' and occurred_at >= $1 and occurred_at < $2`,
    [hour, new Date(hour.getTime() + hourMs)],
  );
  return rows.map(({ body }) => EdgeTally.decode(body).data);
}
