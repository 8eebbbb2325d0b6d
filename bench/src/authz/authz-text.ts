import { median } from '../report/median.ts';
import { table } from '../report/table.ts';
import { tablesSize } from './fill-tables.ts';
import { type AuthzFindings, type SnapshotCost, type Turn } from './measure-authz.ts';

/** The findings for people, as a part of a page. */
export function authzText({ snapshot, turns }: AuthzFindings, machine: string, now: Date): string {
  const { practices, interactionsEach, consumers } = tablesSize;
  return `## The snapshot and the decisions

${practices} practices that answer ${interactionsEach} interactions each and ${consumers} consumer systems: ${snapshot.counts.handlers} registrations and
${snapshot.counts.systems} systems in Postgres, on one machine (${machine}, ${now.toISOString().slice(0, 10)}).

${loadTable(snapshot)}

"Until in force" goes from the commit to the swap; a stall is the longest time for which no ask could be answered meanwhile. Median and
most of five. What goes on beside the process on the same cores is in all of it. An update that touches a party reads all of its
${interactionsEach} registrations.

CPU time per decision, in µs, asks spread evenly over all systems, so that hardly anything lies in the processor's cache: **${snapshot.decideUs.toFixed(1)}** for
\`decide()\` alone. Over HTTP, by the process that answers, beside a \`node:http\` server that reads the same asks unparsed and answers a
constant of the same size, in turns, two calls out at a time:

${turnTable(turns)}

\`npm run bench -- --only authz\` writes this part anew.
`;
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

function loadTable({ heapBytes, rssBytes, first, again, updates }: SnapshotCost): string {
  const kinds = [...new Set(updates.map(({ what }) => what))];
  return table(
    ['what', 'until in force', 'most', 'longest stall'],
    [
      ['loaded whole, cold', seconds(first.ms), '', `${first.stallMs.toFixed(0)} ms`],
      ['loaded whole, again', seconds(again.ms), '', `${again.stallMs.toFixed(0)} ms`],
      ...kinds.map((kind) => {
        const ofKind = updates.filter(({ what }) => what === kind);
        const [ms, stallMs] = [ofKind.map((one) => one.ms), ofKind.map((one) => one.stallMs)];
        return [
          `updated by ${kind}`,
          `${median(ms).toFixed(0)} ms`,
          `${Math.max(...ms).toFixed(0)} ms`,
          `${median(stallMs).toFixed(0)} ms`,
        ];
      }),
      ['heap of the snapshot', megabytes(heapBytes), '', ''],
      ['growth of resident memory by the first load', megabytes(rssBytes), '', ''],
    ],
  );
}

function turnTable(turns: readonly Turn[]): string {
  const sizes = [...new Set(turns.map(({ asksEach }) => asksEach))];
  return table(
    ['asks in a call', 'authz, µs per ask', 'a constant, µs per ask', 'ratio in a turn'],
    sizes.map((size) => {
      const ofSize = turns.filter(({ asksEach }) => asksEach === size);
      return [
        String(size),
        spread(ofSize.map(({ authzUs }) => authzUs)),
        spread(ofSize.map(({ constantUs }) => constantUs)),
        spread(ofSize.map(({ authzUs, constantUs }) => authzUs / constantUs)),
      ];
    }),
  );
}

function spread(values: readonly number[]): string {
  return `${median(values).toFixed(1)} (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)})`;
}
