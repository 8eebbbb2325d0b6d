import { settingsText } from '../audit/audit-rig.ts';
import { table } from '../report/table.ts';
import { type QueryFindings } from './measure-query.ts';

const aimMs = 100;

/** The findings for people, as a part of a page. */
export function queryText(
  { percent, size, storage, times, loadAfter }: QueryFindings,
  machine: string,
  now: Date,
): string {
  const { practices, consumers, exchangesAMonth } = size;
  const cells = times.map(({ kind, asked, p50Ms, p95Ms, cpuMs, bytes }) => [
    kind,
    p50Ms.toFixed(1),
    p95Ms.toFixed(1),
    cpuMs.toFixed(1),
    asked.toFixed(0),
    (bytes / 1_000).toFixed(1),
  ]);
  const slow = times.filter(({ p95Ms }) => p95Ms >= aimMs);
  const most = storage.kinds.map(({ kind, rows, bytes }) => [
    kind,
    (rows / 1e6).toFixed(2),
    (bytes / 1e9).toFixed(2),
  ]);
  const sumsGigabytes = storage.kinds.reduce((sum, { bytes }) => sum + bytes / 1e9, 0);
  const ledgerGigabytes = (storage.ledgerBytesEach * exchangesAMonth) / 1e9;
  return `## Asking

A year ${percent === 100 ? 'of the nation' : `of ${percent} % of the nation`}: ${exchangesAMonth / 1e6} million exchanges a month, ${practices} practices of ten suppliers (49 %, 30 %, 18 %, and seven that share the
rest), ${consumers} consumers of which most talk to few, 20 interactions; ${(storage.keys / 1e6).toFixed(2)} million combinations of names. The tables are made as a year leaves them,
${storage.gigabytesFilled.toFixed(1)} GB: sums of twelve months and all their days; by all names, and by practice with interaction, the months and the days of the running one; of the hours those of
the last month, by practice and consumer and as they are counted those since yesterday; the ledger of one hour. What is made is the same
each time. Each kind of question over HTTP to a query API of its own, one after the other, each time about another party or time.
Milliseconds, of them CPU time of API and Postgres together (mean), on one machine (${machine}, ${loadAfter.toFixed(1)} after it, ${now.toISOString().slice(0, 10)}); ${settingsText}.

${table(['asked for', 'p50', 'p95', 'CPU', 'asked', 'kB'], cells)}

Of ${times.length} kinds **${times.length - slow.length}** are answered within ${aimMs} ms in 95 of 100 cases (aim: all).${
    slow.length === 0 ? '' : ` Those that are not: ${slow.map(({ kind }) => kind).join('; ')}.`
  }

What a month takes, with indexes, reckoned from what was filled:

${table(['kept', 'million rows', 'GB'], most)}

- All sums of a month take **${sumsGigabytes.toFixed(1)} GB**${percent === 100 ? '' : ` at this size`}.
- The ledger takes ${storage.ledgerBytesEach.toFixed(0)} bytes for each exchange: **${ledgerGigabytes.toFixed(1)} GB** a month.

\`npm run bench -- --only billing-query\` writes this part anew; \`--quick\` or \`--scale 5\` tries it with less.
`;
}
