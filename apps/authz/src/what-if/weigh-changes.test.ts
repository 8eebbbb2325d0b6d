import { expect, test } from 'vitest';
import { ask, branch, directory, nowMs, policy } from '../../test/decision-samples.ts';
import { buildSnapshot } from '../build-snapshot.ts';
import { weighChanges } from './weigh-changes.ts';

const denying = {
  rule_id: 'deny',
  agreement_id: 'A',
  priority: 1,
  from_asid: null,
  from_ods: null,
  to_asid: null,
  to_ods: null,
  interaction: null,
  capability: null,
  effect: 'deny',
  valid_from: null,
  valid_to: null,
} as const;
const allows = buildSnapshot(directory);
const denies = buildSnapshot({ ...directory, agreements: [denying] });
/** Where the receiver has no record any more, and a rule denies besides. */
const forgets = buildSnapshot({
  ...directory,
  agreements: [denying],
  handlers: directory.handlers.slice(0, 1),
});

const nothing = {
  judged: 0,
  stillAllowed: 0,
  stillRefused: 0,
  newlyAllowed: 0,
  newlyRefused: 0,
  refusedOtherwise: 0,
  changedSince: 0,
  undecided: 0,
};
const group = (more: object = {}) => ({ refusal: null, count: 5, traceId: 'a', ...more });

test.for([
  { inForce: allows, proposed: allows, refusal: null, totals: { stillAllowed: 5 } },
  { inForce: denies, proposed: denies, refusal: 'no-agreement', totals: { stillRefused: 5 } },
  { inForce: denies, proposed: allows, refusal: 'no-agreement', totals: { newlyAllowed: 5 } },
  { inForce: allows, proposed: denies, refusal: null, totals: { newlyRefused: 5 } },
  { inForce: denies, proposed: forgets, refusal: 'no-agreement', totals: { refusedOtherwise: 5 } },
  // The rules in force are no longer those that decided.
  {
    inForce: allows,
    proposed: allows,
    refusal: 'no-agreement',
    totals: { stillAllowed: 5, changedSince: 5 },
  },
  { inForce: denies, proposed: denies, refusal: null, totals: { stillRefused: 5, changedSince: 5 } },
  {
    inForce: forgets,
    proposed: denies,
    refusal: 'no-agreement',
    totals: { refusedOtherwise: 5, changedSince: 5 },
  },
] as const)('five exchanges count as $totals (case %#)', ({ inForce, proposed, refusal, totals }) => {
  const weighing = weighChanges(inForce, proposed, policy, nowMs);
  weighing.add(ask, group({ refusal }));
  expect(weighing.judged()).toBe(5);
  expect(weighing.result().totals).toEqual({ ...nothing, judged: 5, ...totals });
});

test('alike changes are counted together, the most first, with three examples each', () => {
  const weighing = weighChanges(allows, denies, policy, nowMs);
  for (const traceId of [null, 'a', 'b', 'c', 'd']) weighing.add(ask, group({ count: 2, traceId }));
  weighing.add({ ...ask, to: branch }, group({ count: 11, traceId: null }));
  weighing.add({ ...ask, to: '999999999999' }, group({ count: 7, refusal: 'receiver-not-authorised' }));
  weighing.addUndecided(3);
  const refused = {
    change: 'newly-refused',
    inForce: 'allow',
    proposed: 'no-agreement',
    from: 'X26000',
    interactionId: ask.interactionId,
  };
  expect(weighing.result()).toEqual({
    totals: { ...nothing, judged: 28, newlyRefused: 21, stillRefused: 7, undecided: 3 },
    byRefusal: { 'no-agreement': 21 },
    changes: [
      { ...refused, to: 'B82618', count: 11, examples: [] },
      { ...refused, to: 'B82617', count: 10, examples: ['a', 'b', 'c'] },
    ],
    unlisted: 0,
  });
});

test('kinds of changes beyond ten thousand are counted together, and those that are known still by themselves', () => {
  const interactions = Array.from({ length: 10_002 }, (_, at) => `urn:nhs:names:services:x:${at}`);
  const [system, ...systems] = directory.systems;
  const [handler] = directory.handlers.slice(1);
  if (system === undefined || handler === undefined) throw new Error('the samples are others');
  const many = {
    ...directory,
    systems: [{ ...system, interactions: interactions.join('\n') }, ...systems],
    handlers: [...directory.handlers, ...interactions.map((interaction) => ({ ...handler, interaction }))],
  };
  const proposed = buildSnapshot({ ...many, agreements: [denying] });
  const weighing = weighChanges(buildSnapshot(many), proposed, policy, nowMs);
  for (const interactionId of interactions) weighing.add({ ...ask, interactionId }, group());
  weighing.add({ ...ask, interactionId: interactions[0] ?? '' }, group());
  const { changes, totals, unlisted } = weighing.result();
  expect({ kinds: changes.length, most: changes[0]?.count, unlisted }).toEqual({
    kinds: 10_000,
    most: 10,
    unlisted: 10,
  });
  expect(totals.newlyRefused).toBe(50_015);
});
