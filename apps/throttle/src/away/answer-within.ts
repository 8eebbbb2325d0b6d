/** Gave up waiting; what it waited for may still happen, and is not heard. */
export class NoAnswerInTime extends Error {
  override readonly name = 'NoAnswerInTime';
}

/**
 * Waits so long for an answer, then rejects with NoAnswerInTime. An answer that lay ready while this process was busy
 * is still taken.
 */
export function answerWithin<Answer>(work: Promise<Answer>, timeoutMs: number): Promise<Answer> {
  const late = Promise.withResolvers<never>();
  const giveUp = () => late.reject(new NoAnswerInTime(`no answer within ${timeoutMs} ms`));
  // After the timers Node reads what has arrived, and then runs this.
  const timer = setTimeout(() => setImmediate(giveUp), timeoutMs);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}
