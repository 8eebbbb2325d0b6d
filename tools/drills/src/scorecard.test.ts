import { expect, test } from 'vitest';
import { type Figures } from './books/judge-books.ts';
import { writeScorecard } from './scorecard.ts';

const drill = (name: string) => ({ name, does: `does ${name}`, expected: 'nothing is refused' });
const ran = (name: string, faults: readonly string[], ranAt: string, figures: Figures | null = null) => ({
  ...drill(name),
  figures,
  faults,
  ranAt,
});
const figures = {
  sent: 9,
  answers: new Map([
    ['200', 7],
    ['503 throttle-unavailable', 1],
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

test('each drill has a row; what was not run is not said to have passed', () => {
  const written = writeScorecard(page, [drill('a'), drill('b')], [ran('a', [], '2026-01-02', figures)]);
  expect(rowOf(written, 'a')).toBe(
    '| `a` | does a | nothing is refused | 9 | 7 × 200, 1 × 503 throttle-unavailable | 1 | 8, 1 of them closed as abandoned | 7 | passed | 2026-01-02 |',
  );
  expect(rowOf(written, 'b')).toContain('| not run |');
  expect(written).toMatch(/^# Reliability\n/);
  expect(written).toMatch(/\n\nMore\.\n$/);
});

test('rows of an earlier run stay until their drill is run again, or is none any more', () => {
  const known = [drill('a'), drill('b')];
  const first = writeScorecard(page, known, [ran('a', [], '2026-01-02', figures)]);
  const second = writeScorecard(first, known, [ran('b', ['2 twice'], '2026-01-03')]);
  expect(rowOf(second, 'a')).toBe(rowOf(first, 'a'));
  expect(rowOf(second, 'b')).toContain('| **FAILED**: 2 twice | 2026-01-03 |');
  const third = writeScorecard(second, known, [ran('a', ['lost'], '2026-01-04')]);
  expect(rowOf(third, 'a')).toContain('**FAILED**: lost');
  expect(rowOf(writeScorecard(third, [drill('b')], []), 'a')).toBeUndefined();
});
