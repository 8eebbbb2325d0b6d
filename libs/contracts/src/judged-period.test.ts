import { expect, test } from 'vitest';
import { LimitsWhatIfAsk } from './limits-what-if.ts';
import { WhatIfAsk } from './what-if.ts';

test.for([
  { of: 'rules', ask: WhatIfAsk, file: { rules: '' } },
  { of: 'limits', ask: LimitsWhatIfAsk, file: { limits: '' } },
])('$of are judged by a period that begins before it ends, whatever the offsets', ({ ask, file }) => {
  const fault = (since: string, until: string) => ask.safeParse({ ...file, since, until }).error?.issues;
  const noon = '2026-03-01T12:00:00Z';
  expect(fault('2026-03-01T12:30:00+01:00', noon)).toBeUndefined();
  const refused = [{ path: ['since'], message: 'must be before until' }];
  expect(fault(noon, noon)).toMatchObject(refused);
  expect(fault(noon, '2026-03-01T12:30:00+01:00')).toMatchObject(refused);
});
