import { setTimeout as sleep } from 'node:timers/promises';
import { type Leash, type LeashedProcess } from '@ssp/testing';
import { giveWay } from './give-way.ts';
import { type Report } from './progress.ts';
import { untilReady } from './ready.ts';
import { whyItEnded } from './why-it-ended.ts';

/** A process of the platform as it is to be run. */
export type ProcessPlan = {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Null for a process without an admin listener. */
  readonly adminUrl: string | null;
  readonly logFile: string;
  /** Whether those that a request waits for go first, since none waits for this one. */
  readonly givesWay: boolean;
};

/** A process that is started again whenever it dies. */
export type Supervised = {
  readonly plan: ProcessPlan;
  readonly pid: () => number;
  /** Rejects with the reason, on one line, when the first start comes to nothing. */
  readonly ready: Promise<void>;
  /** Asks it to end and resolves when it has; only after `stopping` was aborted, or it is started again. */
  readonly stop: () => Promise<void>;
};

const readyWithinMs = 120_000;
const restartDelaysMs = [200, 1_000, 2_000, 5_000];
const quickDeathMs = 10_000;

/** Starts a process and keeps it alive until `stopping` aborts; says so when it dies. */
export async function supervise(
  plan: ProcessPlan,
  leash: Leash,
  report: Report,
  onRestart: () => Promise<void>,
  stopping: AbortSignal,
): Promise<Supervised> {
  let current = await launch(plan, leash);
  const ready = firstReady(plan, current, stopping);
  void ready.then(keepAlive, () => undefined);
  return { plan, pid: () => current.pid, ready, stop: () => current.stop() };

  async function keepAlive(): Promise<void> {
    for (let quickDeaths = 0; ;) {
      const startedMs = Date.now();
      const { code, signal } = await current.exited;
      if (stopping.aborted) return;
      quickDeaths = Date.now() - startedMs < quickDeathMs ? quickDeaths + 1 : 0;
      const delayMs = restartDelaysMs[Math.min(quickDeaths, restartDelaysMs.length - 1)] ?? 0;
      report(
        `${plan.name} died (${signal ?? `status ${code}`}); starting it again (its log: ${plan.logFile})`,
      );
      await sleep(delayMs);
      if (stopping.aborted) return;
      current = await launch(plan, leash);
      await onRestart();
      if (plan.adminUrl === null) continue;
      untilReady(plan.adminUrl, readyWithinMs, stopping).then(
        () => report(`${plan.name} is ready again`),
        () => undefined,
      );
    }
  }
}

async function firstReady(plan: ProcessPlan, process: LeashedProcess, stopping: AbortSignal): Promise<void> {
  const ready =
    plan.adminUrl === null ? Promise.resolve() : untilReady(plan.adminUrl, readyWithinMs, stopping);
  const died = process.exited.then(async ({ code, signal }) => {
    throw new Error(`${signal ?? `status ${code}`}: ${await whyItEnded(plan.name, plan.logFile)}`);
  });
  died.catch(() => undefined);
  try {
    await Promise.race([ready, died]);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${plan.name} did not start: ${reason} (${plan.logFile})`, { cause });
  }
}

async function launch(plan: ProcessPlan, leash: Leash): Promise<LeashedProcess> {
  const launched = await leash.spawn(process.execPath, plan.args, {
    name: plan.name,
    env: plan.env,
    output: { file: plan.logFile },
  });
  if (plan.givesWay) void giveWay(launched.pid);
  return launched;
}
