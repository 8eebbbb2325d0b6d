import { text } from 'node:stream/consumers';
import { type Leash } from '@ssp/testing';
import { benchProgram } from '../paths.ts';
import { type OpenLoopPlan, OpenLoopResult } from './open-loop-plan.ts';

/** Runs the generator once. @throws Error when a single request was not answered whole and with 200 */
export async function runOpenLoop(plan: OpenLoopPlan, leash: Leash): Promise<OpenLoopResult> {
  const child = await leash.spawn(
    process.execPath,
    [benchProgram('latency/open-loop.main.ts'), JSON.stringify(plan)],
    { name: 'open-loop', output: 'pipe' },
  );
  const [output, errors, { code, signal }] = await Promise.all([
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
    child.exited,
  ]);
  if (code !== 0) {
    const reason = /^\w*Error.*$/m.exec(errors)?.[0] ?? errors.trim();
    throw new Error(
      `the open loop to ${plan.host}:${plan.port} ended with ${signal ?? `status ${code}`}: ${reason}`,
    );
  }
  return OpenLoopResult.parse(JSON.parse(output));
}
