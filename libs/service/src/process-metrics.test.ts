import { expect, test } from 'vitest';
import { addProcessMetrics } from './process-metrics.ts';
import { createService } from './service.ts';

test('a process shows whether it is ready, each condition, and how busy it is', async () => {
  await using resources = new AsyncDisposableStack();
  const { metrics, health } = createService('sample', resources);
  let asked = 0;
  health.addCheck('database', () => void asked++);
  health.addCheck('lists', () => ({ but: 'one of two is missing' }));
  health.addCheck('rules', () => {
    throw new Error('no rules loaded');
  });
  health.started();
  addProcessMetrics({ metrics, health });
  const shown = await metrics.metrics();
  expect(shown).toContain('ssp_ready 0');
  expect(shown).toContain('ssp_check_holds{check="database"} 1');
  expect(shown).toContain('ssp_check_holds{check="lists"} 1');
  expect(shown).toContain('ssp_check_holds{check="rules"} 0');
  expect(asked).toBe(1);
  expect(Number(/^ssp_event_loop_utilisation (\S+)$/m.exec(shown)?.[1])).toBeLessThanOrEqual(1);
  expect(Number(/^ssp_heap_limit_bytes (\S+)$/m.exec(shown)?.[1])).toBeGreaterThan(1e8);
});

test('a look sees the state of its moment', async () => {
  await using resources = new AsyncDisposableStack();
  const { metrics, health } = createService('sample', resources);
  addProcessMetrics({ metrics, health });
  expect(await metrics.metrics()).toContain('ssp_ready 0');
  health.started();
  expect(await metrics.metrics()).toContain('ssp_ready 1');
});
