import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { throttleMetrics } from '../metrics.ts';
import { watchOutages } from './watch-outages.ts';

function watched() {
  const registry = new Registry();
  const lines: string[] = [];
  const tell = watchOutages({
    metrics: throttleMetrics(registry),
    log: pino({}, { write: (line) => void lines.push(line) }),
    processes: () => 3,
    connectionFault: () => 'connect ECONNREFUSED',
  });
  return { tell, registry, lines };
}

test('an outage leaves one line and its end another, whatever was tried in between', async () => {
  const { tell, registry, lines } = watched();
  tell('open', new Error('no answer within 50 ms'));
  for (let tries = 0; tries < 3; tries += 1) {
    tell('half-open', undefined);
    tell('open', new Error('no answer within 50 ms'));
  }
  tell('half-open', undefined);
  tell('closed', undefined);
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { level: 40, reason: 'no answer within 50 ms', connectionFault: 'connect ECONNREFUSED', processes: 3 },
    { level: 30, awayMs: expect.any(Number), processes: 3 },
  ]);
  const metrics = await registry.metrics();
  expect(metrics).toContain('ssp_throttle_redis_outages_total 1');
  expect(metrics).toContain('ssp_throttle_breaker_state{state="closed"} 1');
  expect(metrics).toContain('ssp_throttle_breaker_state{state="open"} 0');
});

test('nothing of the command that failed is logged', () => {
  const { tell, lines } = watched();
  tell('open', Object.assign(new Error('WRONGPASS'), { command: { name: 'auth', args: ['the-password'] } }));
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('the-password');
});
