import { expect, test } from 'vitest';
import { readGround } from './reading-ground.ts';

test.for([
  [' extract 12 for the provider ', 'extract 12 for the provider', 0],
  ['', '', 1],
  ['  ', '', 1],
  ['two\nlines', 'two\nlines', 1],
  ['x'.repeat(1_001), 'x'.repeat(1_001), 1],
] as const)('%j', ([given, why, faults]) => {
  const ground = readGround(new URLSearchParams({ why: given }));
  expect(ground.why).toBe(why);
  expect(ground.faults).toHaveLength(faults);
});
