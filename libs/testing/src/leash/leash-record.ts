import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Identity = z.object({ pid: z.int().positive(), startedAt: z.string() });

/** A process on the leash, as its keeper and the record on disk know it. */
export const LeashedIdentity = Identity.extend({
  name: z.string(),
  stopSignal: z.enum(['SIGTERM', 'SIGINT']),
});

/** Who holds a leash, who keeps it, and what is on it: enough for a later start to clear away what was left. */
export const LeashRecord = z.object({
  owner: Identity,
  keeper: Identity,
  processes: z.array(LeashedIdentity),
});
export type LeashRecord = z.infer<typeof LeashRecord>;

const fileIn = (dir: string): string => join(dir, 'processes.json');

/** Writes the record whole, before the call returns, so that no moment is left in which a process is not on it. */
export function writeLeashRecord(dir: string, record: LeashRecord): void {
  const file = fileIn(dir);
  writeFileSync(`${file}.draft`, `${JSON.stringify(record, undefined, 2)}\n`);
  renameSync(`${file}.draft`, file);
}

/** Reads the record of `dir`; undefined where there is none or it cannot be understood. */
export function readLeashRecord(dir: string): LeashRecord | undefined {
  try {
    return LeashRecord.parse(JSON.parse(readFileSync(fileIn(dir), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Removes the record of `dir`. */
export function removeLeashRecord(dir: string): void {
  rmSync(fileIn(dir), { force: true });
}
