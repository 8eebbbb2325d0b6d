import { EdgeTally, ExchangeCompleted, type TallyCounts } from '@ssp/contracts';
import { type SampleExchange } from './sample-exchanges.ts';

/** What the edge of the sample has counted of each hour, as the events that tell of it. */
export function sampleTallies(exchanges: readonly SampleExchange[]): readonly string[] {
  const hours = new Map<string, { readonly source: string; readonly counts: TallyCounts }>();
  for (const { completed } of exchanges) {
    const { source, time, data } = ExchangeCompleted.decode(completed);
    const hour = `${time.slice(0, 13)}:00:00.000Z`;
    const { counts } = hours.get(hour) ?? { counts: nothing };
    hours.set(hour, {
      source,
      counts: {
        completed: counts.completed + 1,
        outcomes: { ...counts.outcomes, [data.outcome]: counts.outcomes[data.outcome] + 1 },
        requestBytes: counts.requestBytes + data.requestBytes,
        responseBytes: counts.responseBytes + data.responseBytes,
      },
    });
  }
  return Array.from(hours, ([hour, { source, counts }]) =>
    JSON.stringify({
      specversion: '1.0',
      id: `${EdgeTally.type}.${hour}`,
      source,
      type: EdgeTally.type,
      time: `${hour.slice(0, 13)}:59:59.999Z`,
      datacontenttype: 'application/json',
      data: { edge: source, hour, upTo: 1, ...counts },
    } satisfies EdgeTally),
  );
}

const nothing: TallyCounts = {
  completed: 0,
  outcomes: { forwarded: 0, refused: 0, failed: 0, abandoned: 0, answered: 0 },
  requestBytes: 0,
  responseBytes: 0,
};
