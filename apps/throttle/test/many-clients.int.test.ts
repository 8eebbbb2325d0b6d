import { type ThrottleAnswer } from '@ssp/contracts';
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { keptIn } from '../src/counting/kept-in.ts';
import { redisCounters } from '../src/counting/redis-counters.ts';
import { asking, rate } from './sample-asks.ts';
import { connectRedis } from './twins.ts';
import { onlyBurst, repeated, startRig } from './throttle-rig.ts';

const eight = <Client>(client: (nth: number) => Client) => Array.from({ length: 8 }, (_, nth) => client(nth));

test('eight clients at once get exactly what the limit allows', async () => {
  await using resources = new AsyncDisposableStack();
  const { admit } = await startRig(resources, [{ per: 'consumer', ...onlyBurst(100) }]);
  const client = async () => {
    const answers: ThrottleAnswer[] = [];
    for (let batch = 0; batch < 10; batch += 1) answers.push(...(await admit(repeated(5))));
    return answers;
  };
  const answers = (await Promise.all(eight(client))).flat();
  const admitted = answers.filter(({ admission }) => admission === 'admit');
  expect([admitted.length, answers.length]).toEqual([100, 400]);
  const remaining = admitted.map((answer) => ('remaining' in answer ? answer.remaining : -1));
  expect(new Set(remaining).size).toBe(100);
});

test('eight connections of their own take to the last request what burst and rate come to', async () => {
  await using resources = new AsyncDisposableStack();
  const kept = keptIn(randomUUID());
  const ask = asking([rate('global', 'paced', { intervalUs: 20_000, burst: 60 })]);
  const clients = eight(() => redisCounters(connectRedis(resources), kept));
  const asks = Array.from({ length: 10 }, () => ask);
  let nowUs = 1_767_225_600_000_000;
  const admitted: number[] = [];
  // At each of these moments all clients ask at once for more than there is.
  for (const aheadUs of [0, 0, 100_000, 110_000, 690_000, 3_000_000, 20_000]) {
    nowUs += aheadUs;
    const taken = await Promise.all(clients.map((counters) => counters.take({ asks, caller: null, nowUs })));
    admitted.push(taken.flat().filter(({ admission }) => admission === 'admit').length);
  }
  expect(admitted).toEqual([60, 0, 5, 5, 35, 60, 1]);
});
