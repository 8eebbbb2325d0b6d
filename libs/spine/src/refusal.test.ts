import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Refusal } from './refusal.ts';

test('a refusal that is logged shows none of its facts, which may name a patient', () => {
  const refusal = new Refusal('provider-unreachable', { target: 'https://a.nhs.uk/Patient/9690937278' });
  // Loggers copy what can be enumerated.
  const logged = JSON.stringify([Object.entries(refusal), refusal.message, refusal.stack]);
  expect(logged).toContain('provider-unreachable');
  expect(logged + inspect(refusal)).not.toContain('9690937278');
  expect(refusal.facts.target).toContain('9690937278');
});
