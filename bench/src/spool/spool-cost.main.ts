// What a spool's append costs: `node bench/src/spool/spool-cost.main.ts [folder]`, on the disk that the folder is on.
// Rounds of one writer, of 32 in flight and of the bare system calls take turns, so that a busy machine spoils all alike.
import { mkdtempDisposable, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSpool, type Spool } from '@ssp/spool';
import { pino } from 'pino';
import { Registry } from 'prom-client';

const rounds = 20;
const appendsPerRound = 640;
const payload = 'x'.repeat(2_000);

/** Appends with so many in flight; tells how long each took, in ms. */
async function append(spool: Spool, inFlight: number): Promise<readonly number[]> {
  const times: number[] = [];
  const one = async (): Promise<void> => {
    for (let left = appendsPerRound / inFlight; left > 0; left -= 1) {
      const startedMs = performance.now();
      await spool.append([payload], 0);
      times.push(performance.now() - startedMs);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  return times;
}

/** The same bytes written and flushed one by one, with nothing around. */
async function flushBare(path: string): Promise<readonly number[]> {
  await using file = await open(path, 'a');
  const times: number[] = [];
  for (let left = appendsPerRound / 8; left > 0; left -= 1) {
    const startedMs = performance.now();
    await file.write(payload);
    await file.datasync();
    times.push(performance.now() - startedMs);
  }
  return times;
}

function quantile(times: readonly number[], part: number): number {
  const sorted = times.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length * part)] ?? 0;
}

await using resources = new AsyncDisposableStack();
const parent = process.argv[2] ?? tmpdir();
const { path } = resources.use(await mkdtempDisposable(join(parent, 'spool-cost-')));
const limits = { maxBytes: 10_000_000_000, segmentBytes: 8 * 1_024 * 1_024 };
const log = pino({ level: 'silent' });
const spool = await openSpool({ directory: join(path, 's'), ...limits }, log, new Registry(), resources);

const alone: number[] = [];
const together: number[] = [];
const bare: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  alone.push(...(await append(spool, 1)));
  together.push(...(await append(spool, 32)));
  bare.push(...(await flushBare(join(path, 'bare'))));
}
const figures = {
  'write and flush, bare': bare,
  'append, 1 in flight': alone,
  'append, 32 in flight': together,
};
for (const [name, times] of Object.entries(figures)) {
  const [half, most] = [quantile(times, 0.5), quantile(times, 0.99)];
  const ratio = half / quantile(bare, 0.5);
  process.stdout.write(
    `${name}: median ${half.toFixed(3)} ms (${ratio.toFixed(2)} of bare), 99th percentile ${most.toFixed(2)} ms\n`,
  );
}
