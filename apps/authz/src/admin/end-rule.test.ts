import { expect, test } from 'vitest';
import { type RulesFileRule } from '../rules/rules-file.ts';
import { endRule } from './end-rule.ts';

const rule: RulesFileRule = {
  ruleId: 'pilot',
  agreementId: 'DSA-1',
  priority: 100,
  from: 'any',
  to: 'any',
  interaction: 'any',
  effect: 'allow',
};
const now = new Date('2026-03-01T12:00:00.000Z');
const later = '2026-04-01T00:00:00.000Z';
const earlier = '2026-02-01T00:00:00.000Z';

test.for([
  { held: 'since ever', from: undefined, to: undefined, at: now, ends: now.toISOString() },
  { held: 'begun', from: earlier, to: undefined, at: now, ends: now.toISOString() },
  { held: 'begun', from: earlier, to: later, at: now, ends: now.toISOString() },
  { held: 'begun', from: earlier, to: undefined, at: new Date(later), ends: later },
  {
    held: 'beginning, so withdrawn',
    from: now.toISOString(),
    to: undefined,
    at: now,
    ends: now.toISOString(),
  },
  { held: 'to come, so withdrawn', from: later, to: undefined, at: now, ends: later },
  { held: 'to come, so withdrawn', from: later, to: '2027-01-01T00:00:00Z', at: now, ends: later },
  { held: 'to come, so withdrawn', from: later, to: undefined, at: new Date(later), ends: later },
  {
    held: 'to come',
    from: later,
    to: undefined,
    at: new Date('2026-05-01T00:00:00.000Z'),
    ends: '2026-05-01T00:00:00.000Z',
  },
])('a rule $held, from $from to $to, that is ended at $at ends at $ends', ({ from, to, at, ends }) => {
  const held = { ...rule, ...(from && { validFrom: from }), ...(to && { validTo: to }) };
  expect(endRule(held, at, now)).toEqual({ ...held, validTo: ends });
});

test.for([
  { held: 'over', from: undefined, to: earlier, at: now, status: 409, said: 'has ended already' },
  {
    held: 'over at this moment',
    from: undefined,
    to: now.toISOString(),
    at: now,
    status: 409,
    said: 'has ended already',
  },
  { held: 'withdrawn', from: later, to: later, at: now, status: 409, said: 'withdrawn already' },
  { held: 'withdrawn long ago', from: earlier, to: earlier, at: now, status: 409, said: 'withdrawn already' },
  {
    held: 'begun, before its beginning',
    from: earlier,
    to: undefined,
    at: new Date('2026-01-01T00:00:00Z'),
    status: 422,
    said: 'has been in force since',
  },
  {
    held: 'begun, at its very beginning',
    from: earlier,
    to: undefined,
    at: new Date(earlier),
    status: 422,
    said: 'has been in force since',
  },
])('a rule $held is not ended: $status', ({ from, to, at, status, said }) => {
  const held = { ...rule, ...(from && { validFrom: from }), ...(to && { validTo: to }) };
  expect(() => endRule(held, at, now)).toThrow(
    expect.objectContaining({ status, message: expect.stringContaining(said) }),
  );
});
