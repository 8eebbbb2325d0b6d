// Sends requests at times fixed beforehand, whether answers come or not, and measures from those times: a consumer does
// not wait for other consumers' answers either. One process of its own, so that nothing else delays its clock.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { OpenLoopPlan, type OpenLoopResult } from './open-loop-plan.ts';
import { schedule } from './schedule.ts';

type Sample = {
  readonly latencyMs: number;
  readonly lagMs: number;
  readonly isReused: boolean;
  readonly status: number;
};

/** Timers keep whole milliseconds only: the last one or two are spent looking at the clock. */
const timerSlackMs = 1.2;
const warmUpConnections = 16;
const coldRefusalsMax = 0.02;

const plan = OpenLoopPlan.parse(JSON.parse(process.argv[2] ?? 'null'));
const { host, port, servername, path, headers } = plan;
const agent = new Agent({
  keepAlive: true,
  // By turns, so that none is idle for long enough to be closed.
  scheduling: 'fifo',
  servername,
  maxVersion: 'TLSv1.2',
  ca: readFileSync(plan.caFile),
  cert: readFileSync(plan.certFile),
  key: readFileSync(plan.keyFile),
});

function send(dueMs: number): Promise<Sample> {
  const lagMs = performance.now() - dueMs;
  return new Promise((resolve, reject) => {
    const sent = request({ agent, host, port, path, headers }, (response) => {
      const { statusCode } = response;
      response.resume();
      response.once('error', reject);
      response.once('end', () => {
        const latencyMs = performance.now() - dueMs;
        if (statusCode === undefined || !response.complete) reject(new Error('the answer was cut off'));
        else resolve({ latencyMs, lagMs, isReused: sent.reusedSocket, status: statusCode });
      });
    });
    sent.once('error', reject);
    sent.end();
  });
}

/** How many were refused. @throws Error for more than a few */
async function warmUp(): Promise<number> {
  let left = plan.warmUpRequests;
  let refused = 0;
  const lane = async () => {
    while (left-- > 0) {
      if ((await send(performance.now())).status !== 200) refused += 1;
    }
  };
  await Promise.all(Array.from({ length: warmUpConnections }, lane));
  if (refused > plan.warmUpRequests * coldRefusalsMax)
    throw new Error(`${refused} were refused in the warm-up`);
  return refused;
}

async function until(dueMs: number): Promise<void> {
  const aheadMs = dueMs - performance.now() - timerSlackMs;
  if (aheadMs >= 1) await sleep(Math.floor(aheadMs));
  while (performance.now() < dueMs) await nextTurn();
}

async function measure(): Promise<readonly Sample[]> {
  const count = Math.round(plan.perSecond * plan.seconds);
  const offsets = schedule(plan.arrivals, plan.perSecond, count, Math.random);
  const startMs = performance.now() + 100;
  const samples: Promise<Sample>[] = [];
  for (const offsetMs of offsets) {
    await until(startMs + offsetMs);
    const sample = send(startMs + offsetMs);
    sample.catch(() => undefined);
    samples.push(sample);
  }
  return Promise.all(samples);
}

const refused = await warmUp();
const samples = await measure();
const bad = samples.find(({ status }) => status !== 200);
if (bad !== undefined) throw new Error(`answered ${bad.status}`);
agent.destroy();
process.stdout.write(
  JSON.stringify({
    latenciesMs: samples.map(({ latencyMs }) => latencyMs),
    lagsMs: samples.map(({ lagMs }) => lagMs),
    refused,
    newConnections: samples.filter(({ isReused }) => !isReused).length,
  } satisfies OpenLoopResult),
);
