import { inspect } from 'node:util';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Refusal } from './refusal.ts';

test('a logged refusal shows none of its facts, which may name a patient', () => {
  const refusal = new Refusal('provider-unreachable', { target: 'https://a.nhs.uk/Patient/9690937278' });
  const lines: string[] = [];
  pino({}, { write: (line: string) => void lines.push(line) }).warn({ err: refusal }, 'x');
  expect(lines.join()).toContain('provider-unreachable');
  expect(lines.join() + inspect(refusal)).not.toContain('9690937278');
  expect(refusal.facts.target).toContain('9690937278');
});
