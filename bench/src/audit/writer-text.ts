import { median } from '../report/median.ts';
import { table } from '../report/table.ts';
import { settingsText } from './audit-rig.ts';
import { type WriterFindings, ways, type WriteTurn } from './measure-writer.ts';

/** An hour of the national peak. */
const peakEvents = 1_000_000;
const peakSecondsMax = 60;
const leastShare = 0.5;

/** The findings for people, as a part of a page. */
export function writerText(
  { events, bytesPerRow, turns }: WriterFindings,
  machine: string,
  now: Date,
): string {
  const rows = Object.values(ways).map((way) => {
    const mine = turns.filter((turn) => turn.way === way);
    const column = (get: (turn: WriteTurn) => number, digits = 0) => spread(mine.map(get), digits);
    const isCopy = way !== ways.one && way !== ways.two;
    return [
      way,
      column(({ eventsPerSecond }) => eventsPerSecond),
      isCopy ? '' : column(({ cpuUs }) => cpuUs.node, 1),
      column(({ cpuUs }) => cpuUs.postgres, 1),
      isCopy ? '' : column(({ cpuUs }) => cpuUs.kafka, 1),
    ];
  });
  const share = (way: string, of: string) => (rate(turns, way) / rate(turns, of)).toFixed(2);
  const peakSeconds = (way: string) => (peakEvents / rate(turns, way)).toFixed(0);
  const rounds = turns.filter(({ way }) => way === ways.one).length;
  return `## Writing

${events} events of ${events / 2} exchanges (2.1 and 2.7 kB, the full URL sealed, checkpoints signed) from a topic of real Kafka to Postgres, and the same
rows by \`psql\`'s \`\\copy\` into the same tables from files; all on one machine (${machine}, ${now.toISOString().slice(0, 10)}), ${rounds === 1 ? 'once' : `median of ${rounds} rounds and their range`}.
Postgres syncs every commit; ${settingsText}. CPU time is in µs per event.

${table(['who writes', 'events/s', 'CPU of Node', 'CPU of Postgres', 'CPU of Kafka'], rows)}

- One writer reaches **${share(ways.one, ways.copy)}** of one \`psql\`, two reach **${share(ways.two, ways.twoCopies)}** of two (aim: at least ${leastShare}); two write
  ${share(ways.two, ways.one)} times as fast as one.
- An hour of the national peak, ${peakEvents} events, is written in **${peakSeconds(ways.one)} s** by one writer and in **${peakSeconds(ways.two)} s** by two at this pace
  (aim: less than ${peakSecondsMax} s on two cores).
- With all its indexes a row takes ${bytesPerRow.toFixed(0)} bytes.

\`npm run bench -- --only audit-writer\` writes this part anew; \`--events ${peakEvents}\` takes the whole hour.
`;
}

function rate(turns: readonly WriteTurn[], way: string): number {
  return median(turns.filter((turn) => turn.way === way).map(({ eventsPerSecond }) => eventsPerSecond));
}

function spread(values: readonly number[], digits: number): string {
  const text = (value: number) => value.toFixed(digits);
  if (values.length === 1) return text(median(values));
  return `${text(median(values))} (${text(Math.min(...values))} to ${text(Math.max(...values))})`;
}
