import { batchSizeMax } from '@ssp/contracts';
import { EndpointError } from '@ssp/service';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { ask, policy, snapshot } from '../test/decision-samples.ts';
import { answerAsks } from './answer-asks.ts';
import { RulesUnavailable } from './keep-snapshot.ts';
import { createAuthzMetrics } from './metrics.ts';
import { type Snapshot } from './snapshot.ts';

function start(current: () => Snapshot = () => snapshot) {
  const registry = new Registry();
  const metrics = createAuthzMetrics(registry);
  const answer = answerAsks(current, { policy }, metrics, pino({ level: 'silent' }));
  return { answer, metrics, registry };
}

const decided = async (registry: Registry) => {
  // What was answered is counted at the end of the turn.
  await new Promise(setImmediate);
  return Object.fromEntries(
    [...(await registry.metrics()).matchAll(/^ssp_authz_decisions_total\{outcome="(.+)"\} (\d+)$/gm)].map(
      ([, outcome, count]) => [outcome, Number(count)],
    ),
  );
};

test('answers come in the order of the asks, each with an id of its own; a bad ask spoils only itself', async () => {
  const { answer, registry } = start();
  const { answers } = answer({
    asks: [ask, null, { ...ask, to: '000000000009' }, { ...ask, from: 'x' }, ask, [[[[]]]], 'ask'],
  });
  expect(answers).toMatchObject([
    { decision: 'allow' },
    { decision: 'unreadable' },
    { decision: 'refuse', refusal: 'receiver-not-authorised' },
    { decision: 'unreadable', fault: expect.stringContaining('twelve digits') },
    { decision: 'allow' },
    { decision: 'unreadable' },
    { decision: 'unreadable' },
  ]);
  const ids = answers.flatMap((given) => (given.decision === 'unreadable' ? [] : [given.decisionId]));
  expect(new Set(ids).size).toBe(3);
  expect(await decided(registry)).toEqual({ allow: 2, unreadable: 4, 'receiver-not-authorised': 1 });
});

test('what was refused, and what could not be decided, is found in the log by the ids of its exchange', () => {
  const lines: string[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line) => void lines.push(line) });
  const systems = new Map(snapshot.systems);
  const get = systems.get.bind(systems);
  systems.get = (asid) => {
    if (asid === '000000000007') throw new Error('broken');
    return get(asid);
  };
  const answer = answerAsks(
    () => ({ ...snapshot, systems }),
    { policy },
    createAuthzMetrics(new Registry()),
    log,
  );
  const trace = {
    traceId: '09a01679-2564-4fb4-8129-aecc81ea2706',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  };
  const asks = ['000000000009', '000000000007'].map((to) => ({ ...ask, ...trace, to }));
  const [refused] = answer({ asks: [...asks, { ...ask, traceId: 'of-one-that-is-allowed' }] }).answers;
  const { decisionId } = { decisionId: null, ...refused };
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { ...trace, decisionId, refusal: 'receiver-not-authorised', msg: 'refused' },
    { ...trace, err: { message: 'broken' }, msg: 'an ask could not be decided' },
  ]);
});

test('an ask that leaves its network out comes by the private one', () => {
  const { network: _network, ...without } = ask;
  const { answer } = start();
  expect(answer({ asks: [without] }).answers).toMatchObject([{ decision: 'allow' }]);
});

test('an ask at which our own code fails spoils only itself, and is counted', async () => {
  const systems = new Map(snapshot.systems);
  const get = systems.get.bind(systems);
  systems.get = (asid) => {
    if (asid === '000000000009') throw new Error('broken');
    return get(asid);
  };
  const { answer, registry } = start(() => ({ ...snapshot, systems }));
  expect(answer({ asks: [ask, { ...ask, to: '000000000009' }, ask] }).answers).toMatchObject([
    { decision: 'allow' },
    { decision: 'unreadable', fault: 'the ask could not be decided' },
    { decision: 'allow' },
  ]);
  expect(await decided(registry)).toEqual({ allow: 2, failed: 1 });
});

test.for([0, 1, batchSizeMax])('a batch of %i asks has as many answers', (count) => {
  const { answer } = start();
  expect(answer({ asks: Array.from({ length: count }, () => ask) }).answers).toHaveLength(count);
});

test.for([
  null,
  [],
  {},
  { asks: {} },
  'asks',
  7,
  { asks: Array.from({ length: batchSizeMax + 1 }, () => ask) },
])('what is no batch is answered 400 (case %#)', (body) => {
  const { answer } = start();
  expect(() => answer(body)).toThrow(expect.objectContaining({ status: 400 }));
});

test('an ask of a thousand faults is answered with the first of them', () => {
  const { answer } = start();
  const { answers } = answer({ asks: [{ ...ask, certificateNames: Array.from({ length: 100 }, () => 1) }] });
  expect(JSON.stringify(answers).length).toBeLessThan(1_000);
});

test('without rules that may be believed the whole call is refused', () => {
  const { answer } = start(() => {
    throw new RulesUnavailable('the directory is empty');
  });
  expect(() => answer({ asks: [ask] })).toThrow(new EndpointError(503, 'the directory is empty'));
});
