const intervalMs = 5_000;

/** Says what begins, and every five seconds that it still goes on, so that nobody takes long work for a hang. */
export async function withProgress<T>(
  what: string,
  report: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const startedMs = performance.now();
  report(`${what} ...`);
  const timer = setInterval(() => {
    report(`${what} ... ${Math.round((performance.now() - startedMs) / 1_000)} s`);
  }, intervalMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
