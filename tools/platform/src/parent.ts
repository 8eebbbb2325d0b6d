const intervalMs = 500;

/**
 * Settles when the npm that started this process is gone: killed outright it passes no signal on, and nobody would be
 * left to press Ctrl-C. Never settles when nothing is to be watched.
 */
export function watchParent(startedByNpm: boolean): Promise<void> {
  return new Promise((resolve) => {
    if (!startedByNpm) return;
    const parent = process.ppid;
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      resolve();
    }, intervalMs);
    timer.unref();
  });
}
