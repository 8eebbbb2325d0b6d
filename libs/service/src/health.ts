/** A service's own opinion of itself, made of named checks that its parts add. */
export type Health = {
  /** Adds a condition of readiness; it throws or rejects with the reason while it does not hold. */
  readonly addCheck: (name: string, check: () => unknown) => void;
  /** From now on the service is not ready: traffic should go elsewhere before it stops. */
  readonly drain: () => void;
  readonly started: () => void;
  readonly report: () => Promise<HealthReport>;
};

export type HealthReport = {
  readonly ready: boolean;
  readonly state: 'starting' | 'started' | 'draining';
  /** `ok`, or the reason why not, by check. */
  readonly checks: Readonly<Record<string, string>>;
};

/** Makes an empty health; a check that takes longer than `checkTimeoutMs` counts as failed. */
export function createHealth(checkTimeoutMs = 1_000): Health {
  const checks = new Map<string, () => unknown>();
  let state: HealthReport['state'] = 'starting';
  return {
    addCheck: (name, check) => void checks.set(name, check),
    drain: () => void (state = 'draining'),
    // A start that ends while the service drains does not turn it back.
    started: () => void (state = state === 'draining' ? state : 'started'),
    report: async () => {
      const results = await Promise.all(
        Array.from(checks, async ([name, check]) => [name, await outcome(check, checkTimeoutMs)] as const),
      );
      const ready = state === 'started' && results.every(([, result]) => result === 'ok');
      return { ready, state, checks: Object.fromEntries(results) };
    },
  };
}

async function outcome(check: () => unknown, timeoutMs: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, `no answer within ${timeoutMs} ms`);
  });
  const answered = (async () => {
    await check();
    return 'ok';
  })();
  try {
    return await Promise.race([answered, late]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
