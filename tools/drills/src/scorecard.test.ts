import { expect, test } from 'vitest';
import { type Outcome, writeScorecard } from './scorecard.ts';

const drill = (name: string, more: Partial<Outcome> = {}): Outcome => ({
  name,
  does: `does ${name}`,
  expected: 'nothing is refused',
  figures: null,
  faults: null,
  ranAt: '',
  ...more,
});
const figures = {
  sent: 9,
  answers: new Map([
    [200, 7],
    [503, 1],
  ]),
  cutOff: 1,
  audited: 8,
  abandoned: 1,
  counted: 7,
};
const page =
  '# Reliability\n\n<!-- scorecard: written by npm run drills, not by hand -->\n<!-- end of the scorecard -->\n\nMore.\n';
const rowOf = (text: string, name: string) =>
  text.split('\n').find((line) => line.startsWith(`| \`${name}\``));

test('each drill has a row; what was not run, or is not built, is not said to have passed', () => {
  const known = [drill('a'), drill('b'), drill('c', { expected: '' })];
  const written = writeScorecard(page, known, [drill('a', { figures, faults: [], ranAt: '2026-01-02' })]);
  expect(rowOf(written, 'a')).toBe(
    '| `a` | does a | nothing is refused | 9 | 7 × 200, 1 × 503 | 1 | 8, 1 of them closed as abandoned | 7 | passed | 2026-01-02 |',
  );
  expect(rowOf(written, 'b')).toContain('| not run |');
  expect(rowOf(written, 'c')).toContain('| not built |');
  expect(written).toMatch(/^# Reliability\n/);
  expect(written).toMatch(/\n\nMore\.\n$/);
});

test('rows of an earlier run stay until their drill is run again', () => {
  const known = [drill('a'), drill('b')];
  const first = writeScorecard(page, known, [drill('a', { figures, faults: [], ranAt: '2026-01-02' })]);
  const second = writeScorecard(first, known, [drill('b', { faults: ['2 twice'], ranAt: '2026-01-03' })]);
  expect(rowOf(second, 'a')).toBe(rowOf(first, 'a'));
  expect(rowOf(second, 'b')).toContain('| **FAILED**: 2 twice | 2026-01-03 |');
  const third = writeScorecard(second, known, [drill('a', { faults: ['lost'], ranAt: '2026-01-04' })]);
  expect(rowOf(third, 'a')).toContain('**FAILED**: lost');
});

test('a drill that comes to be built has not passed by it', () => {
  const first = writeScorecard(page, [drill('a', { expected: '' })], []);
  expect(rowOf(writeScorecard(first, [drill('a')], []), 'a')).toContain('| not run |');
});
