import { Problem } from '../problem.ts';
import { type ReadFile } from './read-file-text.ts';

/** Takes the file that came with a call. @throws Problem 422 that carries every fault with its place */
export function acceptFile<File>(read: ReadFile<File>, matter: string): File {
  if (read.read) return read.file;
  const { faults, faultCount } = read;
  const count = faultCount === 1 ? 'is one fault' : `are ${faultCount} faults`;
  throw new Problem(422, `There ${count} in the file; ${matter} in force stay as they are.`, {
    faults,
    faultCount,
  });
}
