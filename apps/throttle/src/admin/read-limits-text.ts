import { Problem } from '@ssp/service';
import { type LimitsDocument } from '../limits/limits-document.ts';
import { readLimitsFile } from '../limits/read-limits-file.ts';

/** Reads a limits file that came with a call. @throws Problem 422 that carries every fault with its place */
export function readLimitsText(text: string): LimitsDocument {
  const wanted = readLimitsFile(text);
  if (wanted.read) return wanted.file;
  const { faults, faultCount } = wanted;
  const count = faultCount === 1 ? 'is one fault' : `are ${faultCount} faults`;
  throw new Problem(422, `There ${count} in the file; the limits in force stay as they are.`, {
    faults,
    faultCount,
  });
}
