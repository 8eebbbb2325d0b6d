import { backingServices } from '@ssp/testing/vitest';
import { expect, test, vi } from 'vitest';
import { breakableLink } from './breakable-link.ts';
import { ask, onlyBurst, startRig } from './throttle-rig.ts';

test.for(['cut', 'stall'] as const)(
  'with Redis gone (%s) answers are a quick 503 until it is back',
  async (how) => {
    await using resources = new AsyncDisposableStack();
    const link = await breakableLink(backingServices().redis.url, resources);
    const { admit, post, service } = await startRig(resources, [{ per: 'consumer', ...onlyBurst(50) }], {
      url: link.url,
      timeoutMs: 50,
    });
    expect(await admit([ask])).toMatchObject([{ admission: 'admit' }]);
    expect(await service.health.report()).toMatchObject({ ready: true });

    await link[how]();
    const startedMs = performance.now();
    const statuses = await Promise.all(
      Array.from({ length: 8 }, async () => (await post({ asks: [ask] })).status),
    );
    expect(performance.now() - startedMs).toBeLessThan(500);
    expect(new Set(statuses)).toEqual(new Set([503]));
    expect(await service.health.report()).toMatchObject({ ready: false });
    expect(await service.metrics.metrics()).toMatch(
      /ssp_throttle_asks_total\{answer="unavailable",scope="",counters=""\} 8/,
    );

    await link.mend();
    await expect.poll(async () => (await post({ asks: [ask] })).status, { timeout: 10_000 }).toBe(200);
    await vi.waitFor(async () => expect(await service.health.report()).toMatchObject({ ready: true }));
    const [last] = await admit([ask]);
    // The asks of the outage were not counted late: two before and after, and this one.
    expect(last).toMatchObject({ admission: 'admit', remaining: 47 });
  },
);

test('it starts without Redis, not ready, and serves once Redis is there', async () => {
  await using resources = new AsyncDisposableStack();
  const link = await breakableLink(backingServices().redis.url, resources);
  await link.cut();
  const { post, service } = await startRig(resources, [{ per: 'consumer', ...onlyBurst(50) }], {
    url: link.url,
  });
  expect((await post({ asks: [ask] })).status).toBe(503);
  expect(await service.health.report()).toMatchObject({ ready: false });
  await link.mend();
  await expect.poll(async () => (await post({ asks: [ask] })).status, { timeout: 10_000 }).toBe(200);
});
