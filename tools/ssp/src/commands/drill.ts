import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { type Command } from 'commander';
import { BrokenOff, CommandFailure, UsageFault } from '../command-fault.ts';
import { type Terminal } from '../terminal.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

type DrillOptions = { readonly list?: true; readonly write: boolean };

/** `ssp drill`: what happens when something breaks? */
export function addDrillCommand(program: Command, terminal: Terminal): void {
  program
    .command('drill')
    .summary('break a platform of its own while requests come, and hold the books against each other')
    .description(
      'Starts a platform of its own, stages one fault after the other while requests come, mends each, and holds what was sent, answered, forwarded, audited and counted against each other. Writes the scorecard into docs/reliability.md. Touches no platform that runs.',
    )
    .argument('[name...]', 'drills to run; kill-* means all that begin so (default: all)')
    .option('--list', 'name the drills and what is expected of each, and run none')
    .option('--no-write', 'leave docs/reliability.md alone')
    .addHelpText(
      'after',
      '\nExamples:\n  ssp drill --list\n  ssp drill kill-edge clock-off\n  ssp drill --no-write "kill-*"',
    )
    .action((names: readonly string[], options: DrillOptions) => drill(names, options, terminal));
}

async function drill(names: readonly string[], options: DrillOptions, terminal: Terminal): Promise<void> {
  const args = [
    ...(options.list ? ['--list'] : []),
    ...(options.write ? [] : ['--no-write']),
    '--',
    ...names,
  ];
  const child = spawn(process.execPath, ['tools/drills/src/main.ts', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  terminal.endByMyself();
  const stop = () => void child.kill('SIGTERM');
  terminal.interrupted.addEventListener('abort', stop, { once: true });
  if (terminal.interrupted.aborted) stop();
  await Promise.all([
    once(child, 'close'),
    pipeline(child.stdout, terminal.out, { end: false }),
    pipeline(child.stderr, terminal.err, { end: false }),
  ]);
  terminal.interrupted.removeEventListener('abort', stop);
  if (terminal.interrupted.aborted) throw new BrokenOff('the drills were broken off');
  if (child.exitCode === 2) throw new UsageFault('no such drill');
  if (child.exitCode !== 0) throw new CommandFailure('not every drill had the expected picture');
}
