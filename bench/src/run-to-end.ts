import { text } from 'node:stream/consumers';
import { type Leash } from '@ssp/testing';

/** Runs a program of ours to its end and returns what it prints. @throws Error when it fails */
export async function runToEnd(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  leash: Leash,
): Promise<string> {
  const child = await leash.spawn(process.execPath, [...args], { name, env, output: 'pipe' });
  const [output, errors, { code }] = await Promise.all([
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${name} ended with status ${code}: ${errors}${output}`.trim());
  return output;
}
