import { settingsText } from '../audit/audit-rig.ts';
import { median } from '../report/median.ts';
import { table } from '../report/table.ts';
import { type AggregatorFindings, type CountTurn } from './measure-aggregator.ts';

const leastPerSecond = 5_000;

/** The findings for people, as a part of a page. */
export function aggregatorText(
  { events, sums, bytesPerEvent, turns }: AggregatorFindings,
  machine: string,
  now: Date,
): string {
  const columnOf = (aggregators: number) => {
    const mine = turns.filter((turn) => turn.aggregators === aggregators);
    return (get: (turn: CountTurn) => number, digits: number) => median(mine.map(get)).toFixed(digits);
  };
  const rows = [1, 2].map((aggregators) => {
    const column = columnOf(aggregators);
    return [
      String(aggregators),
      column(({ eventsPerSecond }) => eventsPerSecond, 0),
      column(({ cpuUs }) => cpuUs.node, 1),
      column(({ cpuUs }) => cpuUs.postgres, 1),
      column(({ cpuUs }) => cpuUs.kafka, 1),
    ];
  });
  const node = columnOf(1)(({ cpuUs }) => 1_000_000 / cpuUs.node, 0);
  const rounds = turns.length / 2;
  return `## Counting

${events} ends of exchanges (2.7 kB each) from a topic of real Kafka to Postgres, all on one machine (${machine}, ${now.toISOString().slice(0, 10)}), ${rounds === 1 ? 'once' : `median of ${rounds} rounds`}.
They come to ${sums} sums: nearly every exchange of a batch has parties of its own, which is the dearest there is. Postgres syncs every
commit; ${settingsText}. CPU time is in µs per event.

${table(['aggregators', 'events/s', 'CPU of Node', 'CPU of Postgres', 'CPU of Kafka'], rows)}

- By the CPU time of its own, one aggregator counts **${node}** events/s for each core (aim: at least ${leastPerSecond}).
- An exchange takes ${bytesPerEvent.toFixed(0)} bytes in the ledger and the sums, with all indexes.

\`npm run bench -- --only billing-aggregator\` writes this part anew.
`;
}
