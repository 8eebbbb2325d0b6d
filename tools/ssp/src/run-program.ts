import { once } from 'node:events';
import { CommanderError } from 'commander';
import { z } from 'zod';
import { BrokenOff, CommandFailure, Differs, reasonOf, UsageFault } from './command-fault.ts';
import { createProgram } from './program.ts';
import { ServiceRefusal } from './service-client.ts';
import { say, type Surroundings } from './terminal.ts';

/** Runs one command line; resolves with its status: 0 done, 1 refused or failed, 2 asked for wrongly, 3 what was compared differs, 130 interrupted. */
export async function runProgram(args: readonly string[], terminal: Surroundings): Promise<number> {
  let endsByItself = false;
  const endByMyself = () => {
    endsByItself = true;
  };
  try {
    const running = createProgram({ ...terminal, endByMyself }).parseAsync([...args], { from: 'user' });
    await Promise.race([running, interruption(terminal.interrupted, () => endsByItself)]);
    return terminal.interrupted.aborted ? interruptedStatus : 0;
  } catch (error) {
    // Whatever an interrupted command then failed of is of no interest.
    if (terminal.interrupted.aborted || error instanceof BrokenOff) return interruptedStatus;
    // Commander has said it already, or printed the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UsageFault || error instanceof CommandFailure) {
      say(terminal, error.message);
      return error instanceof UsageFault || isAskedWrongly(error) ? 2 : 1;
    }
    if (error instanceof z.ZodError) {
      say(
        terminal,
        `what was answered makes no sense here (${reasonOf(error)}): is --url another service’s, or of another release?`,
      );
      return 1;
    }
    if (error instanceof Differs) {
      say(terminal, error.message);
      return 3;
    }
    say(terminal, `a fault of this program: ${reasonOf(error)}`);
    if (error instanceof Error) terminal.err.write(`${error.stack}\n`);
    return 1;
  }
}

/** A service knows some faults of an option that the command line leaves to it. */
function isAskedWrongly(error: Error): boolean {
  return error instanceof ServiceRefusal && error.status === 400;
}

/** A command need not wait for what takes no signal: the process ends, and its connections with it. But one that ends by itself has its time. */
async function interruption(signal: AbortSignal, endsByItself: () => boolean): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  if (endsByItself()) return new Promise(() => undefined);
  throw signal.reason;
}

/** As a shell has it for SIGINT. */
const interruptedStatus = 130;
