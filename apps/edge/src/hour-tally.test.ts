import { EdgeTally } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { HourTally } from './hour-tally.ts';

const ended = { outcome: 'forwarded', requestBytes: 3, responseBytes: 40 } as const;
const at = (time: string) => Date.parse(`2026-03-29T${time}Z`);

test('nothing is told before an exchange ended, nor twice', () => {
  const tally = new HourTally('/ssp/edge/a');
  expect(tally.tell()).toEqual([]);
  tally.add(ended, 1, at('10:00:00.000'));
  expect(tally.tell()).toHaveLength(1);
  expect(tally.tell()).toEqual([]);
});

test('each tally tells of all of its hour so far, up to a number, at a time within the hour', () => {
  const tally = new HourTally('/ssp/edge/a');
  tally.add(ended, 1, at('10:00:00.000'));
  const [first] = tally.tell();
  tally.add({ ...ended, outcome: 'refused', responseBytes: 2 }, 2, at('10:59:59.999'));
  tally.add(ended, 3, at('11:00:00.000'));
  const [second, third] = tally.tell();
  const outcomes = { forwarded: 1, refused: 0, failed: 0, abandoned: 0, answered: 0 };
  expect(first).toMatchObject({
    time: '2026-03-29T10:00:00.000Z',
    data: { upTo: 1, completed: 1, outcomes },
  });
  expect(second).toMatchObject({
    time: '2026-03-29T10:59:59.999Z',
    data: {
      hour: '2026-03-29T10:00:00.000Z',
      upTo: 2,
      completed: 2,
      outcomes: { ...outcomes, refused: 1 },
      requestBytes: 6,
      responseBytes: 42,
    },
  });
  expect(third).toMatchObject({ data: { hour: '2026-03-29T11:00:00.000Z', upTo: 3, completed: 1 } });
  expect(new Set([first, second, third].map((it) => it?.id)).size).toBe(3);
  expect(EdgeTally.decode(JSON.stringify(second))).toEqual(second);
});

test('a clock that is set back goes on with the hour that was left', () => {
  const tally = new HourTally('/ssp/edge/a');
  tally.add(ended, 1, at('10:59:59.000'));
  tally.add(ended, 2, at('11:00:00.000'));
  tally.add(ended, 3, at('10:59:59.500'));
  const told = tally.tell().map(({ data }) => [data.hour.slice(11, 13), data.completed, data.upTo]);
  expect(told).toEqual([
    ['10', 2, 3],
    ['11', 1, 2],
  ]);
});
