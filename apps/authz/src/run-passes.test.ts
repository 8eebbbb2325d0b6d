import { expect, test } from 'vitest';
import { type Pass } from './load-directory.ts';
import { type PassEnd } from './load-schedule.ts';
import { createPasses } from './run-passes.ts';

const rarely = { whole: 3_600_000, listing: 3_600_000, changes: 3_600_000 };

/** Passes that last until they are told to end, or are abandoned. */
function start(resources: AsyncDisposableStack) {
  const begun: Pass[] = [];
  let endPass: ((end: PassEnd) => void) | null = null;
  const stopping = new AbortController();
  const { demand, run } = createPasses(
    (pass, signal) => {
      begun.push(pass);
      const ended = Promise.withResolvers<PassEnd>();
      signal.addEventListener('abort', () => ended.resolve('abandoned'));
      endPass = ended.resolve;
      return ended.promise;
    },
    rarely,
    stopping.signal,
  );
  const running = run();
  resources.defer(async () => {
    stopping.abort();
    await running;
  });
  /** Ends the passes under way one after the other, and waits for those that begin. */
  const through = async (...passes: readonly Pass[]) => {
    for (const pass of passes) {
      const before = begun.length;
      endPass?.('good');
      await expect.poll(() => begun).toHaveLength(before + 1);
      expect(begun.at(-1)).toBe(pass);
    }
  };
  return { begun, demand, through };
}

test('a listing that nobody asked for is abandoned for what is asked for', async () => {
  await using resources = new AsyncDisposableStack();
  const { begun, demand, through } = start(resources);
  await through('changes', 'listing');
  demand('changes');
  await expect.poll(() => begun).toEqual(['whole', 'changes', 'listing', 'changes']);
  await through('listing');
});

test('a listing that was asked for runs to its end, and what is asked for meanwhile has one more', async () => {
  await using resources = new AsyncDisposableStack();
  const { begun, demand, through } = start(resources);
  await through('changes', 'listing');
  demand('changes');
  await expect.poll(() => begun).toHaveLength(4);
  await through('listing');
  for (let times = 0; times < 3; times += 1) demand('changes');
  // By then an abandoned one would have been followed.
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toHaveLength(5);
  await through('changes', 'listing');
  expect(begun).toHaveLength(7);
});

test('what is asked for again and again does not put a listing off', async () => {
  await using resources = new AsyncDisposableStack();
  const { begun, demand, through } = start(resources);
  await through('changes', 'listing');
  demand('changes');
  await expect.poll(() => begun.at(-1)).toBe('changes');
  demand('changes');
  await through('listing');
  demand('changes');
  await through('changes');
  demand('changes');
  await through('listing');
  expect(begun).toEqual(['whole', 'changes', 'listing', 'changes', 'listing', 'changes', 'listing']);
});
