import { describe, expect, test } from 'vitest';
import { flights } from './in-flight-cases.ts';
import { rates, shares } from './rate-cases.ts';
import { type Step } from './step.ts';
import { connectRedis, type Twin, twins } from './twins.ts';

const startUs = 1_767_225_600_000_000;

/** What is said at each step. */
async function walk(decide: Twin, steps: readonly Step[]): Promise<unknown> {
  const said: unknown[] = [];
  for (const { atUs, asks, caller = null } of steps) {
    said.push(await decide({ asks, caller, nowUs: startUs + atUs }));
  }
  return said;
}

describe('in memory', () => {
  test.for([...rates, ...shares, ...flights])('$title', async ({ steps }) => {
    expect(await walk(twins.pure(), steps)).toMatchObject(steps.map(({ expected }) => expected));
  });
});

describe('in Redis', () => {
  test.for([...rates, ...shares, ...flights])('$title', async ({ steps }) => {
    await using resources = new AsyncDisposableStack();
    const decide = twins.redis(connectRedis(resources));
    expect(await walk(decide, steps)).toMatchObject(steps.map(({ expected }) => expected));
  });
});
