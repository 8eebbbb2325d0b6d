import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { repositoryRoot } from '../src/paths.ts';

/** Reads a file as the card names it. */
export function readFromRoot(file: string): Buffer {
  return readFileSync(resolve(repositoryRoot, file));
}
