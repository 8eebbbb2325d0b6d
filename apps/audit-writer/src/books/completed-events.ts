import { type BookedExchange, ExchangeCompleted, type WrittenBelow } from '@ssp/contracts';
import { type ClientBase } from 'pg';
import { z } from 'zod';

const hourMs = 3_600_000;
const pageRows = 1_000;

const whole = ExchangeCompleted.schema.shape;
// The whole event has been checked when it was kept; this is quicker by far.
const Completed = z.object({
  source: whole.source,
  sequence: whole.sequence,
  time: whole.time,
  data: whole.data.pick({
    internalId: true,
    traceId: true,
    from: true,
    to: true,
    interactionId: true,
    outcome: true,
    refusal: true,
    providerStatus: true,
    agreementId: true,
    endpoint: true,
    parties: true,
    requestBytes: true,
    responseBytes: true,
    timings: true,
  }),
});

/** A completed event as it is booked, and who told of it by which number. */
export type CompletedEvent = {
  readonly edge: string;
  /** Null where the edge numbered none. */
  readonly number: number | null;
  readonly exchange: BookedExchange;
};

type Row = { readonly partition: number; readonly offset: string; readonly body: string };

/** The completed events of an hour as their bodies have them, page by page and in no order; to be read in a transaction. */
export async function* completedEvents(
  client: ClientBase,
  hour: Date,
): AsyncGenerator<readonly CompletedEvent[]> {
  await client.query(
    `declare completed no scroll cursor for
     select partition, "offset", body::text as body from audit.event
     where topic = $1 and kind = 'completed' and occurred_at >= $2 and occurred_at < $3`,
    [ExchangeCompleted.topic, hour, new Date(hour.getTime() + hourMs)],
  );
  for (;;) {
    const { rows } = await client.query<Row>(`fetch ${pageRows} from completed`);
    if (rows.length === 0) break;
    yield rows.map(eventOf);
  }
  await client.query('close completed');
}

function eventOf({ partition, offset, body }: Row): CompletedEvent {
  // Read here rather than by Postgres, whose functions refuse the escape of NUL that a token may hold.
  const { source, sequence, time, data } = Completed.parse(JSON.parse(body));
  const { agreementId, endpoint, timings, ...booked } = data;
  return {
    edge: source,
    number: sequence === undefined ? null : Number(sequence),
    exchange: {
      partition,
      offset,
      time,
      ...booked,
      wasAllowed: agreementId !== null,
      wasDialled: endpoint !== null,
      timings: { totalMs: timings.totalMs, providerMs: timings.providerMs },
    },
  };
}

/** How far the writers have come with that topic. */
export async function writtenBelow(client: ClientBase): Promise<WrittenBelow> {
  const { rows } = await client.query<WrittenBelow[number]>(
    `select partition, next_offset::text as "offset" from audit.consumer_offset where topic = $1 order by partition`,
    [ExchangeCompleted.topic],
  );
  return rows;
}
