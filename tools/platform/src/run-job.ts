import { readFile } from 'node:fs/promises';
import { type Leash } from '@ssp/testing';
import { type ProcessPlan } from './supervise.ts';

/** Runs a job of the platform to its end. @throws Error with the last line of its log when it fails */
export async function runPlatformJob(plan: ProcessPlan, leash: Leash): Promise<void> {
  const job = await leash.spawn(process.execPath, plan.args, {
    name: plan.name,
    env: plan.env,
    output: { file: plan.logFile },
  });
  const { code, signal } = await job.exited;
  if (code === 0) return;
  const log = await readFile(plan.logFile, 'utf8').catch(() => '');
  const last = log.trimEnd().split('\n').at(-1) ?? '';
  throw new Error(`${plan.name} failed (${signal ?? `status ${code}`}): ${last} (${plan.logFile})`);
}
