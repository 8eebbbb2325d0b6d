import { text } from 'node:stream/consumers';
import { type Leash } from '@ssp/testing';

/** Runs a program of the edge's own tests and returns the JSON it prints. @throws Error when it fails */
export async function runEdgeProgram(
  program: string,
  args: readonly number[],
  leash: Leash,
): Promise<unknown> {
  const child = await leash.spawn(process.execPath, [program, ...args.map(String)], {
    name: 'edge-program',
    output: 'pipe',
  });
  const [output, errors, { code, signal }] = await Promise.all([
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${program} ended with ${signal ?? `status ${code}`}: ${errors.trim()}`);
  return JSON.parse(output);
}
