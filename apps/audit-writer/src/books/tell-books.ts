import {
  type BookedExchangeLine,
  type BookGroup,
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

/** Tells what the completed events of each hour come to, hour by hour, each as it is at one moment. */
export async function tellBooks(
  pool: Pool,
  hours: readonly Date[],
  tell: TellLines<BookLine>,
  signal: AbortSignal,
): Promise<void> {
  const holes = (await findHoles(pool)).filter(({ topic }) => topic === ExchangeCompleted.topic);
  const retiredMs = (await retiredBefore(pool)) ?? Number.NEGATIVE_INFINITY;
  for (const hour of hours) {
    const { book, closed, written } = await readHour(pool, hour, signal);
    let groups: { readonly group: BookGroup }[] = [];
    for (const group of book.groups) {
      groups.push({ group });
      if (groups.length < groupsAtOnce) continue;
      await tell(groups);
      groups = [];
    }
    const isRetired = hour.getTime() < retiredMs;
    const edges = [...book.edges(holes)];
    await tell([
      ...groups,
      { hour: { hour: hour.toISOString(), completed: book.completed, closed, edges, written, isRetired } },
    ]);
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

function readHour(pool: Pool, hour: Date, signal: AbortSignal) {
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    const written = await writtenBelow(client);
    const book = new BookOfHour(await talliesOf(client, hour));
    for await (const events of completedEvents(client, hour)) {
      signal.throwIfAborted();
      for (const event of events) book.add(event);
    }
    const { rows } = await client.query<{ closed: number }>(
      `select count(*)::int as closed from audit.event
       where kind = 'exchange.closed' and occurred_at >= $1 and occurred_at < $2`,
      [hour, new Date(hour.getTime() + hourMs)],
    );
    return { book, closed: rows[0]?.closed ?? 0, written };
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
