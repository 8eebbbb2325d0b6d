import { expect, test } from 'vitest';
import { coalesce } from './coalesce.ts';

const turn = () => new Promise(setImmediate);

/** A far end whose calls are answered by the test, with each ask doubled. */
function farEnd(limits: { readonly batchMax: number; readonly callsInFlightMax: number }) {
  const calls: {
    readonly asks: readonly number[];
    readonly settle: PromiseWithResolvers<readonly number[]>;
  }[] = [];
  const ask = coalesce<number, number>((asks) => {
    const settle = Promise.withResolvers<readonly number[]>();
    calls.push({ asks, settle });
    return settle.promise;
  }, limits);
  const answer = (call: number) => calls[call]?.settle.resolve(calls[call].asks.map((value) => 2 * value));
  return { ask, calls, answer };
}

test('what is asked in one turn goes in one call, and each gets its own answer', async () => {
  const { ask, calls, answer } = farEnd({ batchMax: 10, callsInFlightMax: 2 });
  const answers = Promise.all([ask(1), ask(2), ask(3)]);
  await turn();
  expect(calls.map(({ asks }) => asks)).toEqual([[1, 2, 3]]);
  answer(0);
  expect(await answers).toEqual([2, 4, 6]);
});

test('while enough calls are out, asks gather and share the next one', async () => {
  const { ask, calls, answer } = farEnd({ batchMax: 10, callsInFlightMax: 2 });
  const answers: Promise<number>[] = [];
  for (let value = 1; value <= 6; value++) {
    answers.push(ask(value));
    await turn();
  }
  expect(calls.map(({ asks }) => asks)).toEqual([[1], [2]]);
  answer(0);
  await answers[0];
  await turn();
  expect(calls.map(({ asks }) => asks)).toEqual([[1], [2], [3, 4, 5, 6]]);
  answer(1);
  answer(2);
  expect(await Promise.all(answers)).toEqual([2, 4, 6, 8, 10, 12]);
});

test('no call carries more than the batch may', async () => {
  const { ask, calls } = farEnd({ batchMax: 2, callsInFlightMax: 2 });
  void Promise.all([ask(1), ask(2), ask(3), ask(4), ask(5)]);
  await turn();
  await turn();
  expect(calls.map(({ asks }) => asks)).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test('a call that fails fails its own asks alone', async () => {
  const { ask, calls, answer } = farEnd({ batchMax: 10, callsInFlightMax: 2 });
  const failing = [ask(1), ask(2)];
  await turn();
  const other = ask(3);
  await turn();
  calls[0]?.settle.reject(new Error('away'));
  answer(1);
  await expect(Promise.allSettled(failing)).resolves.toMatchObject([
    { reason: { message: 'away' } },
    { reason: { message: 'away' } },
  ]);
  expect(await other).toBe(6);
});

test('fewer answers than asks reject those that are left without', async () => {
  const { ask, calls } = farEnd({ batchMax: 10, callsInFlightMax: 2 });
  const answers = Promise.allSettled([ask(1), ask(2)]);
  await turn();
  calls[0]?.settle.resolve([2]);
  expect(await answers).toMatchObject([{ value: 2 }, { reason: { message: 'fewer answers than asks' } }]);
});
