import { type AuditedAsk } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { type Judgement } from './limits-model.ts';
import { weighLimits } from './weigh-limits.ts';

const at = (second: number) => `2026-03-01T12:00:0${second}.000Z`;
const asked = (second: number, from: string): AuditedAsk => ({
  traceId: `trace-${second}`,
  edge: '/ssp/edge/1',
  from,
  to: '918999198738',
  interactionId: 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1',
  supplier: null,
  receivedAt: at(second),
  durationMs: 10,
  outcome: 'forwarded',
  refusal: null,
  admission: null,
});
const admitted: Judgement = { refusedBy: null, shadowed: [] };
const refused = (rule: string): Judgement => ({ refusedBy: { rule, scope: 'consumer' }, shadowed: [] });

test('each request counts for its rule, its consumer and its provider, with first, last and examples', () => {
  const weighing = weighLimits();
  weighing.add(asked(0, 'a'), admitted, admitted);
  weighing.add(asked(1, 'a'), admitted, refused('new'));
  weighing.add(asked(2, 'a'), refused('old'), refused('new'));
  weighing.add(asked(3, 'b'), refused('old'), admitted);
  weighing.add(asked(4, 'b'), admitted, { refusedBy: null, shadowed: ['trial'] });
  weighing.addUnjudged({ notAsked: 2, unended: 1 });
  const { totals, rules, consumers, providers } = weighing.result();
  const counts = { inForce: 0, proposed: 0, newlyRefused: 0, noLongerRefused: 0, shadowed: 0 };
  expect(totals).toEqual({
    judged: 5,
    inForce: 2,
    proposed: 2,
    newlyRefused: 1,
    noLongerRefused: 1,
    shadowed: 1,
    refusedThen: 0,
    notAsked: 2,
    unended: 1,
  });
  expect(rules).toEqual([
    {
      name: 'new',
      scope: 'consumer',
      ...counts,
      proposed: 2,
      newlyRefused: 1,
      firstAt: at(1),
      lastAt: at(2),
      examples: ['trace-1', 'trace-2'],
    },
    expect.objectContaining({ name: 'old', inForce: 2, proposed: 0, noLongerRefused: 1 }),
    expect.objectContaining({ name: 'trial', scope: null, ...counts, shadowed: 1 }),
  ]);
  expect(consumers).toMatchObject([
    { name: 'a', inForce: 1, proposed: 2, newlyRefused: 1, firstAt: at(1), lastAt: at(2) },
    { name: 'b', inForce: 1, proposed: 0, noLongerRefused: 1, shadowed: 1 },
  ]);
  expect(providers).toMatchObject([{ name: '918999198738', inForce: 2, proposed: 2, shadowed: 1 }]);
});
