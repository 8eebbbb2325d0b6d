import { type Counters } from './counters.ts';
import { type KeptIn } from './kept-in.ts';

/**
 * Lets the hashes of the shared counters take turns also while nobody asks. Left to expire, a large one would be freed by Redis's
 * main thread, and everybody would wait for that.
 */
export function keepTurning(
  shared: Counters,
  { periodUs }: Pick<KeptIn, 'periodUs'>,
  resources: AsyncDisposableStack,
): void {
  // Without Redis there is nothing to turn.
  const turn = () => void shared.take({ asks: [], caller: null }).catch(() => undefined);
  const timer = setInterval(turn, periodUs / 2_000);
  resources.defer(() => clearInterval(timer));
}
