import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram } from './find-program.ts';

const run = promisify(execFile);
const oldestMajor = 17;

/** The path of a Java that can run Kafka, or undefined. */
export async function findJava(): Promise<string | undefined> {
  const java = await findProgram('java');
  if (java === undefined) return undefined;
  // Prints to standard error; a mere stub (as macOS has one) fails.
  const version = await run(java, ['-version']).catch(() => undefined);
  const major = Number(/version "(\d+)/.exec(version?.stderr ?? '')?.[1] ?? 0);
  return major >= oldestMajor ? java : undefined;
}
