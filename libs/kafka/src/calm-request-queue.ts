/** Shortest wait before the pending requests are looked at again. */
const CHECK_INTERVAL_MS = 10;

/** The part of the client's request queue that the correction reads and writes. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
}

/**
 * Stands in for `RequestQueue.prototype.scheduleCheckPendingRequests` of kafkajs 2.2.4, which arms a timer even
 * when nothing is pending, with a delay that lies in the past; the timer's callback comes back here, so each idle
 * connection wakes the process every millisecond for ever (tulios/kafkajs #1704, #1556).
 * Here a timer is armed only when a request is pending and none is armed yet.
 */
function scheduleCheckPendingRequests(this: RequestQueue): void {
  if (this.pending.length === 0 || this.throttleCheckTimeoutId !== null) return;
  const delayMs = Math.max(this.throttledUntil - Date.now(), CHECK_INTERVAL_MS);
  this.throttleCheckTimeoutId = setTimeout(() => {
    this.throttleCheckTimeoutId = null;
    this.checkPendingRequests();
  }, delayMs);
}

function isConstructor(value: unknown): value is { readonly prototype: object } {
  return typeof value === 'function' && typeof value.prototype === 'object';
}

/** Puts the correction in place. Throws when the client's inside is not the one that it was written for. */
export function calmRequestQueue(queueClass: unknown): void {
  const expected = ['scheduleCheckPendingRequests', 'checkPendingRequests', 'maybeThrottle'];
  if (
    !isConstructor(queueClass) ||
    expected.some((name) => typeof Reflect.get(queueClass.prototype, name) !== 'function')
  ) {
    throw new Error('kafkajs has changed inside: see whether calm-request-queue.ts is still needed');
  }
  Reflect.set(queueClass.prototype, 'scheduleCheckPendingRequests', scheduleCheckPendingRequests);
}
