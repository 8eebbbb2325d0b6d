import { median } from '../report/median.ts';
import { table } from '../report/table.ts';
import { type ThrottleFindings, type ThrottleTurn } from './measure-throttle.ts';
import { nationalSpread } from './throttle-asks.ts';

/** Most that Redis, and throttle itself, may use per ask at 32 asks in a call with four limits. */
const aimUs = 10;

/** The findings for people, as a part of a page. */
export function throttleText(
  { turns, buckets, bytesPerBucket }: ThrottleFindings,
  machine: string,
  now: Date,
): string {
  const kinds = [...new Set(turns.map(({ kind, asksEach }) => `${kind}|${asksEach}`))];
  const rows = kinds.map((of) => {
    const mine = turns.filter(({ kind, asksEach }) => `${kind}|${asksEach}` === of);
    const [{ kind, asksEach } = { kind: '', asksEach: 0 }] = mine;
    const column = (get: (turn: ThrottleTurn) => number) => spread(mine.map(get));
    return [
      kind,
      String(asksEach),
      column(({ throttleUs }) => throttleUs),
      column(({ redisUs }) => redisUs),
      column(({ constantUs }) => constantUs),
    ];
  });
  return `## An ask

CPU time per ask in µs, median of the turns and their range, on one machine (${machine}, ${now.toISOString().slice(0, 10)}): of throttle over HTTP, of the
Redis that it counts in, and, in turns with them, of a \`node:http\` server that reads the same asks unparsed and answers a constant of the
same size. Two calls are out at a time. Asks are spread over ${nationalSpread.consumers} consumers and ${nationalSpread.providers} providers where nothing else is said; none is refused.

${table(['limits', 'asks in a call', 'throttle', 'Redis', 'a constant'], rows)}

The aim is ${aimUs} µs each of throttle and of Redis at 32 asks in a call with four limits (consumer, provider, supplier, all together).

With ${buckets} buckets in it, Redis used **${bytesPerBucket.toFixed(0)} bytes** for each. A bucket that fills within a minute, as these do, is kept for one to two
minutes after it was last used.

\`npm run bench -- --only throttle\` writes this part anew.
`;
}

function spread(values: readonly number[]): string {
  return `${median(values).toFixed(1)} (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)})`;
}
