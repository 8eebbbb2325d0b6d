/** Tells the person at the terminal what happens, with the seconds since the start. */
export type Report = (line: string) => void;

/** A report that writes lines like `[ 12 s] nginx is up`. */
export function createReport(write: (text: string) => void, now: () => number): Report {
  const startedMs = now();
  return (line) => write(`[${String(Math.round((now() - startedMs) / 1_000)).padStart(3)} s] ${line}\n`);
}
