import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Leash } from '@ssp/testing';
import { benchPaths, repositoryRoot } from '../paths.ts';
import { type Report } from '../progress.ts';
import { type PlatformCard, readCard } from './platform-card.ts';

const readyWithinMs = 300_000;
const stopWithinMs = 60_000;

/** The platform that runs from this checkout, or one that is started here and stopped with `resources`. */
export async function obtainPlatform(
  leash: Leash,
  report: Report,
  resources: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<PlatformCard> {
  const running = await readCard(benchPaths.card);
  if (running !== null) {
    report(`using the platform that runs already (process ${running.pid})`);
    return running;
  }
  report('no platform runs from this checkout: starting one');
  const platform = await leash.spawn(process.execPath, [benchPaths.platformMain], {
    name: 'platform',
    output: 'pipe',
    cwd: repositoryRoot,
  });
  // The leash would kill it after a few seconds, but Kafka and Postgres deserve a proper end.
  resources.defer(async () => {
    report('stopping the platform');
    platform.signal('SIGTERM');
    await Promise.race([platform.exited, sleep(stopWithinMs, undefined, { ref: false })]);
  });
  let lastLine = '';
  for (const stream of [platform.stdout, platform.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() === '') return;
      lastLine = line;
      // Its own progress; what it says once it is ready is for people who want to use it.
      if (line.startsWith('[')) report(`platform: ${line.replace(/^\[[^\]]*\] /, '')}`);
    });
  }
  const ended = platform.exited.then(() => {
    throw new Error(`the platform did not start: ${lastLine}`);
  });
  ended.catch(() => undefined);
  return Promise.race([untilReady(signal), ended]);
}

async function untilReady(signal: AbortSignal): Promise<PlatformCard> {
  const deadlineMs = Date.now() + readyWithinMs;
  while (Date.now() < deadlineMs) {
    const card = await readCard(benchPaths.card);
    if (card !== null) return card;
    await sleep(200, undefined, { signal });
  }
  throw new Error(`the platform was not ready after ${readyWithinMs / 1_000} s`);
}
