import { runProgram } from './run-program.ts';

const interrupted = new AbortController();
let interruptedAtMs: number | null = null;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interruptedAtMs ??= performance.now();
    interrupted.abort();
    // A terminal and npm may both send one for the same Ctrl-C.
    if (performance.now() - interruptedAtMs > 500) process.exit(130);
  });
}
// Whoever reads the result may have seen enough: `ssp … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const status = await runProgram(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  input: process.stdin,
  // npm runs a script at the root and tells where the person stood.
  // oxlint-disable-next-line node/no-process-env -- npm says it nowhere else
  cwd: process.env['INIT_CWD'] ?? process.cwd(),
  interrupted: interrupted.signal,
});
process.exitCode = status;
// What an interrupted command still waits for must not hold up the end.
if (interrupted.signal.aborted) process.exit(status);
