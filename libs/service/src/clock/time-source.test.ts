import { expect, test } from 'vitest';
import { type TimeAnswer } from './ask-time-source.ts';
import { TimeSource } from './time-source.ts';

const sample = (boundMs: number): TimeAnswer => ({
  kind: 'sample',
  sample: { leadMs: 1_000, boundMs, takenAtMs: 0 },
});
const silent: TimeAnswer = { kind: 'silent', why: 'no answer' };
const rate: TimeAnswer = { kind: 'kiss', code: 'RATE' };

/** Looks round by round; the rounds, from 1, in which the source was asked. */
async function look(source: TimeSource, answers: readonly TimeAnswer[], rounds: number): Promise<number[]> {
  const asked: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await source.look(async () => {
      asked.push(round);
      return answers[Math.min(asked.length, answers.length) - 1] ?? silent;
    });
  }
  return asked;
}

test('its word grows less sure by 50 millionths, and is never surer than 10 ms', async () => {
  const source = new TimeSource('a', 250);
  expect(source.telling(0)).toBeNull();
  await look(source, [sample(1)], 1);
  expect(source.telling(0)).toEqual({ source: 'a', leadMs: 1_000, boundMs: 10 });
  expect(source.telling(60_000)).toEqual({ source: 'a', leadMs: 1_000, boundMs: 13 });
  await look(source, [sample(40)], 1);
  expect(source.telling(0)).toMatchObject({ boundMs: 40 });
});

test('its word counts through two rounds that it misses, and no more after the third', async () => {
  const source = new TimeSource('a', 250);
  await look(source, [sample(1), silent], 3);
  expect([source.telling(0), source.voiceless]).toEqual([expect.anything(), null]);
  await look(source, [silent], 1);
  expect([source.telling(0), source.voiceless]).toEqual([null, { state: 'silent', why: 'no answer' }]);
  await look(source, [sample(1)], 1);
  expect([source.telling(0), source.voiceless]).toEqual([expect.anything(), null]);
});

test.for([
  { what: 'not sure enough', answer: sample(251), voiceless: { state: 'unsure', why: 'by 251 ms' } },
  {
    what: 'unsynchronised',
    answer: { kind: 'unsynchronised', why: 'it says so' } as const,
    voiceless: { state: 'unsynchronised', why: 'it says so' },
  },
  {
    what: 'making no sense',
    answer: { kind: 'nonsense', why: 'odd' } as const,
    voiceless: { state: 'nonsense', why: 'odd' },
  },
])('$what it loses its voice at once', async ({ answer, voiceless }) => {
  const source = new TimeSource('a', 250);
  await look(source, [sample(250)], 1);
  expect(source.voiceless).toBeNull();
  await look(source, [answer], 1);
  expect([source.telling(0), source.voiceless]).toEqual([null, voiceless]);
});

test.for(['DENY', 'RSTR'] as const)('%s is the last word', async (code) => {
  const source = new TimeSource('a', 250);
  expect(await look(source, [sample(1), { kind: 'kiss', code }, sample(1)], 50)).toEqual([1, 2]);
  expect(source.telling(0)).toBeNull();
  expect(source.voiceless).toEqual({ state: 'refused', why: `${code}: it is asked no more` });
});

test('RATE halves the pace each time, to a sixteenth, and it stays so', async () => {
  const source = new TimeSource('a', 250);
  expect(await look(source, [sample(1), rate, rate, sample(1)], 15)).toEqual([1, 2, 4, 8, 12]);
  expect(source.voiceless).toBeNull();
  expect(await look(source, [rate], 60)).toEqual([1, 9, 25, 41, 57]);
  expect(source.voiceless?.state).toBe('refused');
});
