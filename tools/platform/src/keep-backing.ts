import { setTimeout as sleep } from 'node:timers/promises';
import { type BackingServices, type LocalProgram } from '@ssp/testing';
import { type Report } from './progress.ts';

const pauseMs = 1_000;

/** Starts a backing service of this machine again when it dies, and says so, until `stopping` aborts. */
export function keepBacking(backing: BackingServices, report: Report, stopping: AbortSignal): void {
  for (const [name, { program }] of Object.entries(backing)) {
    if (program !== undefined) void keepAlive(name, program, report, stopping);
  }
}

async function keepAlive(
  name: string,
  program: LocalProgram,
  report: Report,
  stopping: AbortSignal,
): Promise<void> {
  for (;;) {
    const { code, signal } = await program.exited();
    if (stopping.aborted) return;
    report(`${name} died (${signal ?? `status ${code}`}); starting it again (its log: ${program.logFile})`);
    try {
      await program.start();
      report(`${name} is ready again`);
    } catch (error) {
      if (stopping.aborted) return;
      report(`${name} does not start: ${error instanceof Error ? error.message : String(error)}`);
      await sleep(pauseMs);
    }
  }
}
