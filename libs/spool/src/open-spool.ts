import { copyFile, mkdir, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Logger } from 'pino';
import { type Registry } from 'prom-client';
import { ownFolder } from './own-folder.ts';
import { readSegment } from './read-segment.ts';
import { Segment } from './segment.ts';
import { segmentHeadBytes } from './segment-head.ts';
import { type FoundSegments, Spool, type SpoolLimits } from './spool.ts';
import { spoolMetrics } from './spool-metrics.ts';
import { syncFolder } from './sync-folder.ts';

export type SpoolSettings = SpoolLimits & {
  /** Made when it is not there; no other process may have it. */
  readonly directory: string;
};

const name = /^(\d{12})\.spool$/;

/**
 * Opens the spool in a folder with all that a former process left in it; closed with `resources`. A record that a crash tore off is cut
 * away: it had been promised to nobody. Throws SpoolInUseError while another process has the folder.
 */
export async function openSpool(
  { directory, ...limits }: SpoolSettings,
  log: Logger,
  registry: Registry,
  resources: AsyncDisposableStack,
): Promise<Spool> {
  const folder = resolve(directory);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await syncFolder(dirname(folder));
  await ownFolder(folder, resources);
  const found = await findSegments(folder, log);
  const metrics = spoolMetrics(registry, { folder, maxBytes: limits.maxBytes }, () => spool);
  const spool = new Spool(folder, limits, found, metrics, log);
  resources.defer(() => spool.close());
  if (spool.size > 0) log.warn({ events: spool.size }, 'the spool holds events of a former process');
  return spool;
}

async function findSegments(folder: string, log: Logger): Promise<FoundSegments> {
  const numbers = (await readdir(folder))
    .map((file) => name.exec(file)?.[1])
    .filter((digits) => digits !== undefined)
    .toSorted();
  const segments: Segment[] = [];
  let oldestAtMs: number | null = null;
  for (const digits of numbers) {
    const path = join(folder, `${digits}.spool`);
    const bytes = await readFile(path);
    const read = readSegment(bytes);
    if (read === null || (read.ends.length === 0 && read.badBytes === 0)) {
      // Its head was never whole: nothing behind it was promised to anybody, unless the disk altered it since.
      if (bytes.length > segmentHeadBytes && read === null) await setAside(path, log);
      else await unlink(path);
      continue;
    }
    if (read.badBytes > 0) log.warn({ path, bytes: read.badBytes }, 'a torn append was cut off');
    // Behind this file another one was begun, so that its end ought to be whole.
    if (read.badBytes > 0 && digits !== numbers.at(-1)) await copyFile(path, `${path}.damaged`);
    segments.push(await Segment.reopen(path, read));
    oldestAtMs ??= read.oldestAtMs;
  }
  return { segments, oldestAtMs, nextNumber: Number(numbers.at(-1) ?? 0) + 1 };
}

async function setAside(path: string, log: Logger): Promise<void> {
  log.fatal({ path: `${path}.damaged` }, 'a file of the spool cannot be read and was set aside');
  await rename(path, `${path}.damaged`);
}
