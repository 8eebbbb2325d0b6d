/**
 * Makes single asks travel together: every ask that is ready in the same turn of the event loop goes in one call, and
 * while `callsInFlightMax` calls are out the next ones wait and share the following call. So the cost of an ask falls as
 * load rises, and a quiet edge waits for nobody.
 */
export function coalesce<Ask, Answer>(
  call: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
  limits: { readonly batchMax: number; readonly callsInFlightMax: number },
): (ask: Ask) => Promise<Answer> {
  type Waiting = {
    readonly ask: Ask;
    readonly resolve: (answer: Answer) => void;
    readonly reject: (reason: unknown) => void;
  };
  let waiting: Waiting[] = [];
  let scheduled = false;
  let callsInFlight = 0;

  const schedule = () => {
    if (scheduled || waiting.length === 0 || callsInFlight >= limits.callsInFlightMax) return;
    scheduled = true;
    setImmediate(flush);
  };
  const flush = () => {
    scheduled = false;
    const batch = waiting.slice(0, limits.batchMax);
    waiting = waiting.slice(limits.batchMax);
    callsInFlight += 1;
    void settle(batch);
    schedule();
  };
  const settle = async (batch: readonly Waiting[]) => {
    try {
      const answers = await call(batch.map(({ ask }) => ask));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const answer = answers[index];
        if (answer === undefined) reject(new Error('fewer answers than asks'));
        else resolve(answer);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      callsInFlight -= 1;
      schedule();
    }
  };

  return (ask) =>
    new Promise((resolve, reject) => {
      waiting.push({ ask, resolve, reject });
      schedule();
    });
}
