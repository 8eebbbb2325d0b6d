import { Gauge, Histogram, type Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { startAdminListener } from './admin-listener.ts';
import { createService } from './service.ts';

async function start(resources: AsyncDisposableStack) {
  const service = createService('sample', resources);
  const { port } = await startAdminListener({ host: '127.0.0.1', port: 0, tls: null }, service);
  return { service, ask: (path: string) => fetch(`http://127.0.0.1:${port}${path}`) };
}

test('/healthz answers from the first moment', async () => {
  await using resources = new AsyncDisposableStack();
  const { ask } = await start(resources);
  const answer = await ask('/healthz');
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ status: 'ok', service: 'sample' });
});

test('/readyz is 503 while starting, unfit or draining, and says why', async () => {
  await using resources = new AsyncDisposableStack();
  const { service, ask } = await start(resources);
  let fault: Error | null = null;
  service.health.addCheck('clock', () => {
    if (fault !== null) throw fault;
  });
  expect((await ask('/readyz')).status).toBe(503);
  service.health.started();
  expect((await ask('/readyz?verbose')).status).toBe(200);
  fault = new Error('300 ms off');
  const unfit = await ask('/readyz');
  expect(unfit.status).toBe(503);
  expect(await unfit.json()).toEqual({
    service: 'sample',
    ready: false,
    state: 'started',
    checks: { clock: '300 ms off' },
  });
  fault = null;
  service.health.drain();
  expect((await ask('/readyz')).status).toBe(503);
});

test('/metrics shows what the service registered', async () => {
  await using resources = new AsyncDisposableStack();
  const { service, ask } = await start(resources);
  new Gauge({ name: 'sample_depth', help: 'depth', registers: [service.metrics] }).set(3);
  const answer = await ask('/metrics');
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(await answer.text()).toContain('sample_depth 3');
});

test('/metrics/names tells what may be shown, also before it has a value', async () => {
  await using resources = new AsyncDisposableStack();
  const { service, ask } = await start(resources);
  const registers: Registry[] = [];
  const seconds = new Histogram({ name: 'sample_seconds', help: 'Time', labelNames: ['step'], registers });
  service.metrics.registerMetric(seconds);
  service.metrics.registerMetric(new Gauge({ name: 'sample_depth', help: 'depth', registers }));
  expect(await (await ask('/metrics/names')).json()).toEqual([
    { name: 'sample_depth', type: 'gauge', help: 'depth', labelNames: [] },
    { name: 'sample_seconds', type: 'histogram', help: 'Time', labelNames: ['step'] },
  ]);
});

test('any other path is 404 and names those that are there', async () => {
  await using resources = new AsyncDisposableStack();
  const { ask } = await start(resources);
  const answer = await ask('/metric');
  expect(answer.status).toBe(404);
  expect(await answer.text()).toContain('/metrics');
});
