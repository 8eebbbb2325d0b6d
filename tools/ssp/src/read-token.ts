import { readFileSync } from 'node:fs';
import { reasonOf, UsageFault } from './command-fault.ts';

/** The bearer token that a file holds: an argument would be seen by everybody on the machine. @throws UsageFault */
export function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageFault(`the token cannot be read: ${reasonOf(error)}`);
  }
}
