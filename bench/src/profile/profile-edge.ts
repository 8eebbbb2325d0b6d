import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { readThreadTimes, usedByThreads } from '../cpu/thread-times.ts';
import { type Charge, chargeFunctions, chargeRooms, inJavaScript } from './charge.ts';
import { CpuProfile, stacksOf } from './cpu-profile.ts';
import { inspectProcess } from './inspect-process.ts';

/** Where the edge's CPU time went during a load, in microseconds per request. */
export type EdgeProfile = {
  readonly requests: number;
  /** Of the whole process by thread; `main` is the one that runs JavaScript. */
  readonly threadUs: ReadonlyMap<string, number>;
  /** Of the main thread: in JavaScript and what it calls, and outside it (reading, decrypting, parsing, waiting for events). */
  readonly javaScriptUs: number;
  readonly nativeUs: number;
  /** Microseconds, no longer samples. */
  readonly rooms: readonly Charge[];
  readonly functions: readonly Charge[];
};

const intervalUs = 500;
const Stopped = z.object({ profile: z.unknown() });

/** Samples an edge while `load` sends its requests to it; the whole profile goes to `file`, for Chrome's or an editor's eyes. */
export async function profileEdge(
  pid: number,
  load: { readonly requests: number; readonly send: () => Promise<unknown> },
  file: string,
): Promise<EdgeProfile> {
  await using resources = new AsyncDisposableStack();
  const edge = await inspectProcess(pid, resources);
  await edge.send('Profiler.enable');
  await edge.send('Profiler.setSamplingInterval', { interval: intervalUs });
  await edge.send('Profiler.start');
  const before = readThreadTimes(pid);
  await load.send();
  const threads = usedByThreads(pid, before, readThreadTimes(pid));
  const { profile } = Stopped.parse(await edge.send('Profiler.stop'));
  await writeFile(file, JSON.stringify(profile));

  const { requests } = load;
  const stacks = inJavaScript(stacksOf(CpuProfile.parse(profile)));
  const usOf = (samples: number) => (samples * intervalUs) / requests;
  const inUs = ({ name, own, within }: Charge) => ({ name, own: usOf(own), within: usOf(within) });
  const javaScriptUs = usOf(stacks.reduce((sum, { samples }) => sum + samples, 0));
  const threadUs = new Map([...threads].map(([name, us]) => [name, us / requests]));
  return {
    requests,
    threadUs,
    javaScriptUs,
    nativeUs: Math.max((threadUs.get('main') ?? 0) - javaScriptUs, 0),
    rooms: chargeRooms(stacks).map(inUs),
    functions: chargeFunctions(stacks).map(inUs),
  };
}
