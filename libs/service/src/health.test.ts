import { expect, test } from 'vitest';
import { createHealth } from './health.ts';

test('ready only once started and with every check passing', async () => {
  const health = createHealth();
  health.addCheck('database', () => 'anything but a failure');
  expect(await health.report()).toEqual({ ready: false, state: 'starting', checks: { database: 'ok' } });
  health.started();
  expect(await health.report()).toEqual({ ready: true, state: 'started', checks: { database: 'ok' } });
});

test.for([
  {
    how: 'throws',
    check: () => {
      throw new Error('no rules loaded');
    },
    reason: 'no rules loaded',
  },
  { how: 'rejects', check: () => Promise.reject(new Error('refused')), reason: 'refused' },
  {
    how: 'never answers',
    check: () => Promise.withResolvers<void>().promise,
    reason: 'no answer within 20 ms',
  },
])('a check that $how is told by its reason, and the others beside it', async ({ check, reason }) => {
  const health = createHealth(20);
  health.addCheck('good', () => undefined);
  health.addCheck('bad', check);
  health.started();
  expect(await health.report()).toEqual({
    ready: false,
    state: 'started',
    checks: { good: 'ok', bad: reason },
  });
});

test('a check that holds with something to know does not spoil the readiness', async () => {
  const health = createHealth();
  health.addCheck('lists', () => ({ but: 'one of two is missing' }));
  health.started();
  expect(await health.report()).toMatchObject({
    ready: true,
    checks: { lists: 'ok, but one of two is missing' },
  });
});

test('a draining service is not ready, whatever ends starting meanwhile', async () => {
  const health = createHealth();
  health.drain();
  health.started();
  expect(await health.report()).toEqual({ ready: false, state: 'draining', checks: {} });
});
