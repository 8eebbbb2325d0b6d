import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { type Leash, startRedisServer } from '@ssp/testing';
import { Redis } from 'ioredis';
import { costsPerAskUs, post } from '../asks/ask-batches.ts';
import { startConstant } from '../asks/start-constant.ts';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { freePorts } from '../yardstick/free-port.ts';
import { untilOpen } from '../yardstick/until-open.ts';
import { type LimitsKind, limitsKinds, limitsText, type Spread, throttleBody } from './throttle-asks.ts';

/** CPU µs per ask in one turn: of throttle, of its Redis, and of a server that answers a constant. */
export type ThrottleTurn = {
  readonly kind: string;
  readonly asksEach: number;
  readonly throttleUs: number;
  readonly redisUs: number;
  readonly constantUs: number;
};

export type ThrottleFindings = {
  readonly turns: readonly ThrottleTurn[];
  readonly buckets: number;
  /** Of Redis, for each consumer's bucket. */
  readonly bytesPerBucket: number;
};

export type ThrottlePlan = { readonly turns: number; readonly asks: number; readonly buckets: number };

const batchSizes = [1, 8, 32] as const;
/** Calls of a turn at least: fewer are done before the code is warm, and within a few ticks of the clock of CPU time. */
const callsMin = 4_000;
const coldTurns = 2;
const path = '/v1/admissions';
const hashes = ['{ssp}:throttle:current', '{ssp}:throttle:before'];

type Rig = {
  readonly redis: Redis;
  readonly redisPid: number;
  readonly constant: { readonly pid: number; readonly port: number };
  readonly start: (kind: LimitsKind) => Promise<{ readonly pid: number; readonly port: number }>;
  readonly stop: () => Promise<void>;
};

/** Measures throttle over a Redis of its own, then once more with so many buckets in it. */
export async function measureThrottle(
  plan: ThrottlePlan,
  leash: Leash,
  report: Report,
  signal: AbortSignal,
): Promise<ThrottleFindings> {
  await using resources = new AsyncDisposableStack();
  const rig = await startRig(leash, resources, signal);
  const turns: ThrottleTurn[] = [];
  for (const kind of limitsKinds) {
    await rig.redis.flushall();
    const throttle = { ...(await rig.start(kind)), kind: kind.kind };
    turns.push(...(await measureTurns(rig, kind, kind.spread, throttle, batchSizes, plan)));
    report(`${kind.kind}: measured`);
  }
  const [four] = limitsKinds;
  await rig.redis.flushall();
  const { port, pid } = await rig.start(four);
  const spread = { consumers: plan.buckets, providers: 100 };
  const before = await sizeOf(rig.redis);
  const agent = new Agent({ keepAlive: true });
  for (let call = 0; call * 256 < plan.buckets; call += 1) {
    await post(agent, port, path, throttleBody(call, 256, spread, null));
  }
  agent.destroy();
  const after = await sizeOf(rig.redis);
  report(`${after.buckets} buckets are in Redis`);
  const many = { pid, port, kind: `four limits, ${after.buckets} buckets kept` };
  turns.push(...(await measureTurns(rig, four, spread, many, [32], plan)));
  await rig.stop();
  return {
    turns,
    buckets: after.buckets,
    bytesPerBucket: (after.bytes - before.bytes) / (after.buckets - before.buckets),
  };
}

async function measureTurns(
  { redisPid, constant }: Rig,
  { tells }: LimitsKind,
  spread: Spread,
  { pid, port, kind }: { readonly pid: number; readonly port: number; readonly kind: string },
  sizes: readonly number[],
  { turns, asks }: ThrottlePlan,
): Promise<readonly ThrottleTurn[]> {
  const measured: ThrottleTurn[] = [];
  let sequence = 0;
  for (const asksEach of sizes) {
    const calls = Math.max(Math.ceil(asks / asksEach), callsMin);
    const bodyOf = (call: number) => {
      sequence += 1;
      return throttleBody(call, asksEach, spread, tells ? { name: 'edge-0', sequence } : null);
    };
    // The first turns of each size are on code that is not warm yet, and are not kept.
    for (let turn = -coldTurns; turn < turns; turn += 1) {
      const ours = await costsPerAskUs([pid, redisPid], { port, path, asksEach }, bodyOf, calls);
      const [constantUs = 0] = await costsPerAskUs(
        [constant.pid],
        { port: constant.port, path: `/${asksEach}`, asksEach },
        bodyOf,
        calls,
      );
      const [throttleUs = 0, redisUs = 0] = ours;
      if (turn >= 0) measured.push({ kind, asksEach, throttleUs, redisUs, constantUs });
    }
  }
  return measured;
}

async function sizeOf(redis: Redis): Promise<{ readonly buckets: number; readonly bytes: number }> {
  const memory = await redis.info('memory');
  const [current, before] = await Promise.all(hashes.map((name) => redis.hlen(name)));
  return { buckets: (current ?? 0) + (before ?? 0), bytes: Number(/used_memory:(\d+)/.exec(memory)?.[1]) };
}

async function startRig(leash: Leash, resources: AsyncDisposableStack, signal: AbortSignal): Promise<Rig> {
  const dir = resources.adopt(await mkdtemp(join(benchPaths.work, 'throttle-')), (it) =>
    rm(it, { recursive: true, force: true }),
  );
  const server = await startRedisServer(
    { dir, logFile: join(benchPaths.work, 'redis.log'), leash },
    resources,
  );
  const redis = resources.adopt(new Redis(server.url), (it) => it.disconnect());
  const answerBytes = 160;
  const constant = await startConstant(answerBytes, leash, signal, resources);
  let running: { readonly stop: () => Promise<void> } | null = null;
  const stop = async () => {
    await running?.stop();
    running = null;
  };
  return {
    redis,
    redisPid: server.program.pid,
    constant: { pid: constant.process.pid, port: constant.port },
    start: async (kind) => {
      await stop();
      const limitsFile = join(dir, 'limits.json');
      await writeFile(limitsFile, limitsText(kind));
      const [port = 0] = await freePorts(1);
      const throttle = resources.use(
        await leash.spawn(process.execPath, [benchPaths.throttleMain], {
          name: 'throttle',
          env: {
            REDIS_URL: server.url,
            THROTTLE_LIMITS_FILE: limitsFile,
            LISTEN_PORT: String(port),
            ADMIN_PORT: '0',
          },
          output: { file: join(benchPaths.work, 'throttle.log') },
        }),
      );
      running = throttle;
      await untilOpen(port, 'throttle', signal);
      return { pid: throttle.pid, port };
    },
    stop,
  };
}
