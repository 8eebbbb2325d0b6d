/**
 * Settles on the first SIGINT, SIGTERM or SIGHUP. The handlers stay, so that a second signal, as a terminal and npm may
 * both send one, does not cut the stop short.
 */
export function stopRequest(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}
