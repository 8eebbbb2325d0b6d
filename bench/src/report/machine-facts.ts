import { execFile } from 'node:child_process';
import { cpus, getPriority, loadavg, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { type Programs } from '../setup/obtain-programs.ts';

/** What the figures were measured on, as names and texts for people. */
export type MachineFacts = readonly (readonly [name: string, text: string])[];

const run = promisify(execFile);

/** Asks the machine and the programs for what they are; `load` is how busy the machine is as the run begins. */
export async function readMachineFacts(programs: Programs, now: Date): Promise<MachineFacts> {
  const nginx = await run(programs.nginx, ['-V']);
  const ab = await run(programs.ab, ['-V']);
  const processors = cpus();
  const nginxText = `${nginx.stdout}${nginx.stderr}`;
  return [
    ['Date', now.toISOString().slice(0, 16).replace('T', ' ').concat(' UTC')],
    ['CPU', `${processors[0]?.model.trim() ?? 'unknown'}, ${processors.length} cores`],
    ['Memory', `${(totalmem() / 2 ** 30).toFixed(1)} GiB`],
    ['Kernel', `Linux ${release()}`],
    ['Load before the run', `${loadavg()[0]?.toFixed(1)} (1 minute)`],
    // Who measures beside other work may raise the priority of all that is measured; it should be known.
    ['Nice value', String(getPriority())],
    ['Node.js', `${process.versions.node}, OpenSSL ${process.versions.openssl}`],
    ['nginx', `${found(nginxText, /nginx\/(\S+)/)}, OpenSSL ${found(nginxText, /OpenSSL (\S+)/)}`],
    ['ab', found(ab.stdout, /Version (\S+)/)],
  ];
}

function found(text: string, pattern: RegExp): string {
  return pattern.exec(text)?.[1] ?? 'unknown';
}
