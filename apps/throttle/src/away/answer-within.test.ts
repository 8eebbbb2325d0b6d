import { expect, test } from 'vitest';
import { answerWithin, NoAnswerInTime } from './answer-within.ts';

test('an answer in time is passed on, and so is a failure', async () => {
  expect(await answerWithin(Promise.resolve('yes'), 60_000)).toBe('yes');
  await expect(answerWithin(Promise.reject(new Error('broken')), 60_000)).rejects.toThrow('broken');
});

test('what never answers is given up', async () => {
  await expect(answerWithin(new Promise(() => undefined), 1)).rejects.toThrow(NoAnswerInTime);
});
