import { expect, test } from 'vitest';
import { table } from './table.ts';

test('columns line up, names to the left and numbers to the right', () => {
  expect(
    table(
      ['system', 'µs'],
      [
        ['platform', '292'],
        ['nginx', '9'],
      ],
    ),
  ).toBe('| system   |  µs |\n| -------- | --: |\n| platform | 292 |\n| nginx    |   9 |');
});
