import { table } from '../report/table.ts';
import { settingsText } from './audit-rig.ts';
import { daysFilled } from './fill-search.ts';
import { byTrace, type SearchFindings } from './measure-search.ts';

const aimMs = 50;

/** The findings for people, as a part of a page. */
export function searchText(
  { rows, gigabytes, asked, times }: SearchFindings,
  machine: string,
  now: Date,
): string {
  const cells = times.map(({ question, p50Ms, p95Ms, found }) => [
    question,
    p50Ms.toFixed(1),
    p95Ms.toFixed(1),
    found.toFixed(1),
  ]);
  const aims = times.filter(({ question }) => byTrace.some((one) => one === question));
  const worstMs = Math.max(...aims.map(({ p95Ms }) => p95Ms));
  return `## Searching

${rows} rows of ${rows / 2} exchanges, ${gigabytes.toFixed(1)} GB with their indexes, spread over ${daysFilled} days; each kind of question ${asked} times over HTTP, one after the
other, each time about another system, exchange or day; answers of up to 100 exchanges. Milliseconds, on one machine (${machine},
${now.toISOString().slice(0, 10)}); ${settingsText}.

${table(['asked for', 'p50', 'p95', 'exchanges found'], cells)}

By trace id 95 of 100 answers are there within **${worstMs.toFixed(1)} ms** (aim: less than ${aimMs} ms with 10 million rows).

\`npm run bench -- --only audit-search\` writes this part anew; \`--events 10000000\` with ten million rows, about 20 GB and some minutes.
`;
}
