/** A service's own opinion of itself, made of named checks that its parts add. */
export type Health = {
  /**
   * Adds a condition of readiness; it throws or rejects with the reason while it does not hold. A check that
   * holds may give back `{ but }`, a text to be shown beside its `ok`.
   */
  readonly addCheck: (name: string, check: () => unknown) => void;
  /** From now on the service is not ready: traffic should go elsewhere before it stops. */
  readonly drain: () => void;
  readonly started: () => void;
  readonly report: () => Promise<HealthReport>;
};

export type HealthReport = {
  readonly ready: boolean;
  readonly state: 'starting' | 'started' | 'draining';
  /** `ok`, perhaps with something to know, or the reason why not, by check. */
  readonly checks: Readonly<Record<string, string>>;
};

/** Tells whether a report's text of a check is that of one that holds. */
export function isHolding(text: string): boolean {
  return text === ok || text.startsWith(okBut);
}

const ok = 'ok';
const okBut = `${ok}, but `;

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
      const ready = state === 'started' && results.every(([, { holds }]) => holds);
      return { ready, state, checks: Object.fromEntries(results.map(([name, { text }]) => [name, text])) };
    },
  };
}

type Outcome = { readonly holds: boolean; readonly text: string };

async function outcome(check: () => unknown, timeoutMs: number): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, { holds: false, text: `no answer within ${timeoutMs} ms` });
  });
  const answered = (async () => {
    const result = await check();
    return { holds: true, text: hasNote(result) ? `${okBut}${result.but}` : ok };
  })();
  try {
    return await Promise.race([answered, late]);
  } catch (error) {
    return { holds: false, text: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}

function hasNote(result: unknown): result is { readonly but: string } {
  return typeof result === 'object' && result !== null && 'but' in result && typeof result.but === 'string';
}
