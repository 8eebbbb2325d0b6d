import { type Leash } from '@ssp/testing';
import { type ProcessPlan } from './supervise.ts';
import { whyItEnded } from './why-it-ended.ts';

/** Runs a job of the platform to its end. @throws Error with the reason its log gives when it fails */
export async function runPlatformJob(plan: ProcessPlan, leash: Leash): Promise<void> {
  const job = await leash.spawn(process.execPath, plan.args, {
    name: plan.name,
    env: plan.env,
    output: { file: plan.logFile },
  });
  const { code, signal } = await job.exited;
  if (code === 0) return;
  const reason = await whyItEnded(plan.name, plan.logFile);
  throw new Error(`${plan.name} failed (${signal ?? `status ${code}`}): ${reason} (${plan.logFile})`);
}
