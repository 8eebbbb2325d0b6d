import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A line of a folder of checkpoints as docs/audit-format.md has it: form, topic, partition, since, next offset, and what else is signed. */
const Line = z.object({
  statement: z.tuple([z.string(), z.string(), z.int(), z.string(), z.coerce.number()], z.unknown()),
});

/** How many records of the topics the checkpoints of a folder stand for. */
export async function givenOutUpTo(folder: string): Promise<number> {
  const upTo = new Map<string, number>();
  for (const name of await readdir(folder)) {
    if (!name.startsWith('checkpoints')) continue;
    for (const line of (await readFile(join(folder, name), 'utf8')).split('\n')) {
      const [form, topic, partition, , nextOffset] = readLine(line) ?? [];
      if (form !== 'ssp.audit.checkpoint.v2' || nextOffset === undefined) continue;
      const place = `${topic}/${partition}`;
      upTo.set(place, Math.max(upTo.get(place) ?? 0, nextOffset));
    }
  }
  return upTo.values().reduce((sum, offset) => sum + offset, 0);
}

/** Null of a line that is being written, and of a statement of another kind. */
function readLine(line: string) {
  if (!line.endsWith('}')) return null;
  return Line.safeParse(JSON.parse(line)).data?.statement ?? null;
}
