import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Refusal, type RefusalCode, type RefusalFacts } from './refusal.ts';

test('a refusal that is logged shows none of its facts, which may name a patient', () => {
  const refusal = new Refusal('provider-unreachable', { target: 'https://a.nhs.uk/Patient/9690937278' });
  // Loggers copy what can be enumerated.
  const logged = JSON.stringify([Object.entries(refusal), refusal.message, refusal.stack]);
  expect(logged).toContain('provider-unreachable');
  expect(logged + inspect(refusal)).not.toContain('9690937278');
  expect(refusal.facts.target).toContain('9690937278');
});

test.for<{ code: RefusalCode; facts: RefusalFacts; detail: string | null }>([
  { code: 'invalid-target', facts: { detail: 'userinfo' }, detail: 'userinfo' },
  {
    code: 'missing-or-invalid-header',
    facts: { header: 'Ssp-To', detail: 'missing' },
    detail: 'Ssp-To missing',
  },
  { code: 'endpoint-mismatch', facts: { target: 'https://a.nhs.uk/Patient/9690937278' }, detail: null },
])('what audit is told beside $code: $detail', ({ code, facts, detail }) => {
  expect(new Refusal(code, facts).detail).toBe(detail);
});
