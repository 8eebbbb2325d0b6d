import { createRequire } from 'node:module';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { calmRequestQueue } from './calm-request-queue.ts';

const silent = { debug: () => undefined, warn: () => undefined, namespace: () => silent };

const QueueClass = z.custom<
  new (options: object) => { checkPendingRequests: () => void; push: (it: object) => void }
>((value) => typeof value === 'function');

/** The client's own class, loaded anew so that one test's correction is not seen by the next. */
function loadQueueClass() {
  const require = createRequire(import.meta.url);
  const path = require.resolve('kafkajs/src/network/requestQueue');
  delete require.cache[path];
  return QueueClass.parse(require(path));
}

function makeQueue(Queue: ReturnType<typeof loadQueueClass>, maxInFlightRequests: number) {
  return new Queue({
    maxInFlightRequests,
    requestTimeout: 30_000,
    clientId: 'test',
    broker: 'test',
    logger: silent,
  });
}

function request(correlationId: number, sendRequest: () => void) {
  return { entry: { correlationId, resolve: () => undefined }, expectResponse: true, sendRequest };
}

test('kafkajs still has the fault that the correction is for', () => {
  vi.useFakeTimers();
  makeQueue(loadQueueClass(), 1).checkPendingRequests();
  expect(vi.getTimerCount()).toBe(1);
  vi.useRealTimers();
});

test('an idle connection arms no timer', () => {
  vi.useFakeTimers();
  const Queue = loadQueueClass();
  calmRequestQueue(Queue);
  makeQueue(Queue, 1).checkPendingRequests();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test('a pending request arms one timer, however often the queue is checked', () => {
  vi.useFakeTimers();
  const Queue = loadQueueClass();
  calmRequestQueue(Queue);
  const queue = makeQueue(Queue, 1);
  const sent = vi.fn<() => void>();
  queue.push(request(1, sent));
  queue.push(request(2, sent));
  queue.checkPendingRequests();
  queue.checkPendingRequests();
  expect(sent).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(1);
  vi.useRealTimers();
});

test.for([
  { inside: 'nothing', value: undefined },
  { inside: 'an object', value: {} },
  { inside: 'a class without the method', value: AbortController },
])('$inside in place of the queue is refused', ({ value }) => {
  expect(() => calmRequestQueue(value)).toThrow('kafkajs has changed inside');
});
