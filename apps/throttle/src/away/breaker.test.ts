import { expect, test } from 'vitest';
import { type Attempt, Breaker, type BreakerState, failuresMax } from './breaker.ts';

function watched() {
  const states: BreakerState[] = [];
  const breaker = new Breaker((state) => states.push(state));
  const granted = (): Attempt => {
    const attempt = breaker.attempt();
    if (!attempt) throw new Error('no leave to ask');
    return attempt;
  };
  const fail = (times: number) => {
    for (let nth = 0; nth < times; nth += 1) breaker.failed(granted(), 'late');
  };
  return { breaker, states, granted, fail };
}

test('five failures in a row open it, fewer do not', () => {
  const { breaker, states, granted, fail } = watched();
  fail(failuresMax - 1);
  breaker.succeeded(granted());
  fail(failuresMax - 1);
  expect(states).toEqual([]);
  fail(1);
  expect(states).toEqual(['open']);
  expect(breaker.attempt()).toBeNull();
});

test('after an answered heartbeat one batch tries, the others wait for none', () => {
  const { breaker, states, granted, fail } = watched();
  fail(failuresMax);
  breaker.beat();
  const one = granted();
  expect([breaker.attempt(), breaker.attempt()]).toEqual([null, null]);
  breaker.succeeded(one);
  expect(states).toEqual(['open', 'half-open', 'closed']);
  expect([breaker.attempt(), breaker.attempt()]).not.toContain(null);
});

test('a failed try opens it again at once', () => {
  const { breaker, states, granted, fail } = watched();
  fail(failuresMax);
  breaker.beat();
  breaker.failed(granted(), 'late');
  expect(states).toEqual(['open', 'half-open', 'open']);
  expect(breaker.attempt()).toBeNull();
});

test.for([
  { heartbeats: 'missed while closed', expected: ['open'] },
  { heartbeats: 'missed after one that was answered', expected: ['open', 'half-open', 'open'] },
])('heartbeats $heartbeats: $expected', ({ expected }) => {
  const { breaker, states } = watched();
  for (let nth = 0; nth < failuresMax; nth += 1) breaker.missed('late');
  if (expected.length > 1) {
    breaker.beat();
    breaker.missed('late');
  }
  expect(states).toEqual(expected);
});

test('answered heartbeats do not hide that batches fail', () => {
  const { breaker, states, fail } = watched();
  for (let nth = 0; nth < failuresMax; nth += 1) {
    fail(1);
    breaker.beat();
  }
  expect(states).toEqual(['open', 'half-open']);
});

test('what was asked before a change no longer counts', () => {
  const { breaker, states, granted, fail } = watched();
  const [before, alsoBefore] = [granted(), granted()];
  fail(failuresMax);
  breaker.succeeded(before);
  breaker.beat();
  breaker.failed(alsoBefore, 'late');
  breaker.succeeded(before);
  expect(states).toEqual(['open', 'half-open']);
});
