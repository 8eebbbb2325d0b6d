import { expect, test } from 'vitest';
import { copyLine } from './copy-text.ts';

test.for([
  { values: ['a', 1, 2n, null], expected: 'a\t1\t2\t\\N\n' },
  { values: ['', null, ''], expected: '\t\\N\t\n' },
  { values: ['a\tb\nc\rd\\e'], expected: 'a\\tb\\nc\\rd\\\\e\n' },
  { values: ['\\N'], expected: '\\\\N\n' },
  { values: [Buffer.from([0, 255])], expected: '\\\\x00ff\n' },
])('$values becomes one line', ({ values, expected }) => {
  expect(copyLine(values)).toBe(expected);
});
