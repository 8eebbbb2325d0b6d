import { isRunning } from './process-identity.ts';
import { readLeashRecord } from './leash-record.ts';

/** The number of the process that holds the leash of `dir`, while it runs. */
export function leashOwner(dir: string): number | undefined {
  const record = readLeashRecord(dir);
  return record !== undefined && isRunning(record.owner) ? record.owner.pid : undefined;
}
