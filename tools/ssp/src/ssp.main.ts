import { runProgram } from './run-program.ts';

const interrupted = new AbortController();
// The first lets the command end its connections; the second ends it at once.
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());
// Whoever reads the result may have seen enough: `ssp … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await runProgram(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  input: process.stdin,
  // npm runs a script at the root and tells where the person stood.
  // oxlint-disable-next-line node/no-process-env -- npm says it nowhere else
  cwd: process.env['INIT_CWD'] ?? process.cwd(),
  interrupted: interrupted.signal,
});
