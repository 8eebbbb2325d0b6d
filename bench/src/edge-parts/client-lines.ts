import { z } from 'zod';
import { median } from '../report/median.ts';

/** What the comparison of the two clients prints: CPU µs per request of the asking process, turn by turn. */
export const ClientCost = z.object({
  inFlight: z.int(),
  answerBytes: z.int(),
  tokenBytes: z.int(),
  turns: z.array(z.object({ ownUs: z.number(), undiciUs: z.number() })).nonempty(),
});
export type ClientCost = z.output<typeof ClientCost>;

/** The same for people: medians over the turns, ratios within a turn. */
export function clientLines(cost: ClientCost, requests: number): string {
  const { turns, inFlight, answerBytes, tokenBytes } = cost;
  const own = turns.map(({ ownUs }) => ownUs);
  const undici = turns.map(({ undiciUs }) => undiciUs);
  const ratios = turns.map(({ ownUs, undiciUs }) => ownUs / undiciUs);
  return `CPU of the asking process for a GET over mutual TLS 1.2, in µs: median (least to most) of ${turns.length} turns of ${requests} requests each,
${inFlight} in flight, a token of ${tokenBytes} bytes, an answer of ${answerBytes} bytes.

The edge's client   ${spread(own, 1)}
undici's pool       ${spread(undici, 1)}
Ratio in a turn     ${spread(ratios, 2)}
`;
}

function spread(values: readonly number[], digits: number): string {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)].map((value) =>
    value.toFixed(digits),
  );
  return `${middle} (${least} to ${most})`;
}
