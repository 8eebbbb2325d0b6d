import { writeSync } from 'node:fs';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { openSpool } from '../src/index.ts';

/** Appends numbers for ever, eight at a time, and says on standard output which ones the disk has or did not take. */
const [directory = ''] = process.argv.slice(2);
const log = pino({ level: 'silent' });
const limits = { maxBytes: 1_000_000_000, segmentBytes: 100_000 };
const spool = await openSpool({ directory, ...limits }, log, new Registry(), new AsyncDisposableStack());

let next = 0;
async function appendOn(): Promise<never> {
  for (;;) {
    const number = next;
    next += 1;
    const payload = `${number} ${'x'.repeat(number % 3_000)}`;
    await spool.append([payload], Date.now()).then(
      () => writeSync(1, `+${number}\n`),
      () => writeSync(1, `-${number}\n`),
    );
  }
}
await Promise.all(Array.from({ length: 8 }, appendOn));
