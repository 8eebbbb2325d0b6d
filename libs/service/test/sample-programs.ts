import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { createAuthority } from '@ssp/testing';
import { expect } from 'vitest';

const library = new URL('../src/index.ts', import.meta.url).href;

const service = `
import { once } from 'node:events';
import { createServer } from 'node:http';
import { z } from 'zod';
import { filePath, grace, listen, port, runService } from '${library}';

await runService({
  name: 'sample',
  adminPort: 0,
  drainGraceMs: (config) => config.SAMPLE_GRACE_MS,
  config: z.object({
    SAMPLE_URL: z.url().describe('Where it is'),
    SAMPLE_PORT: port.default(0).describe('Its port'),
    SAMPLE_CA_FILE: filePath.optional().describe('Whom it trusts'),
    SAMPLE_GRACE_MS: grace.default(0).describe('How long it serves on'),
    SAMPLE_START: z.enum(['well', 'fails', 'never', 'breaks']).default('well').describe('How it starts'),
  }),
  start: async (config, service) => {
    if (config.SAMPLE_START === 'fails') throw new Error('no database there');
    if (config.SAMPLE_START === 'breaks') setTimeout(() => service.fail(new Error('consumer crashed')), 50);
    service.resources.defer(() => service.log.info('released'));
    const server = createServer((req, res) => {
      if (req.url !== '/slow') return res.end('quick');
      res.write('wait ');
      // Not by a timer: a signal that arrives while the process ends would end it itself.
      let asked = 0;
      process.on('SIGTERM', () => ++asked === 2 && res.end('done'));
    });
    const address = { host: '127.0.0.1', port: config.SAMPLE_PORT };
    const bound = await listen(server, address, service.resources, config.SAMPLE_GRACE_MS);
    service.log.info({ sample: bound }, 'sample listener open');
    if (config.SAMPLE_START === 'never') await Promise.withResolvers().promise;
  },
});
`;

const job = `
import { z } from 'zod';
import { count, filePath, runJob } from '${library}';

await runJob({
  name: 'sample-job',
  about: 'Exit status: 3 where something is found.',
  config: z.object({
    SAMPLE_STATUS: count.optional().describe('Its status'),
    SAMPLE_CA_FILE: filePath.optional().describe('Whom it trusts'),
  }),
  run: async ({ SAMPLE_STATUS }, { resources }) => {
    if (SAMPLE_STATUS === 1_000) throw new Error('it broke');
    if (SAMPLE_STATUS === 1_001) resources.defer(() => Promise.reject(new Error('its last write failed')));
    return SAMPLE_STATUS;
  },
});
`;

/** All that the sample service needs. */
export const url = { SAMPLE_URL: 'http://h' };

/** The smallest service: it serves `/`, answers `/slow` only once told twice to stop, and starts as SAMPLE_START says. */
export function startService(
  resources: DisposableStack,
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
) {
  return start(service, resources, environment, args);
}

/** The smallest job: it ends with the status that its environment gives. */
export function startJob(
  resources: DisposableStack,
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
) {
  return start(job, resources, environment, args);
}

function start(
  code: string,
  resources: DisposableStack,
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
) {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code, '--', ...args], {
    cwd: new URL('..', import.meta.url),
    env: { ADMIN_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  resources.defer(() => child.kill('SIGKILL'));
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  return { child, lines, stderr: text(child.stderr) };
}

/** With which it ends, or by which signal. */
export async function statusOf(child: ChildProcess): Promise<unknown> {
  const [status, signal]: unknown[] = await once(child, 'close');
  return signal ?? status;
}

/** Where one of its listeners is, once its log tells. */
export async function portOf(lines: readonly string[], listener: string): Promise<string> {
  const open = new RegExp(`"${listener}":\\{"host":"127\\.0\\.0\\.1","port":(\\d+)\\}`);
  return expect
    .poll(() => open.exec(lines.join('\n'))?.[1])
    .toBeDefined()
    .then(() => {
      return open.exec(lines.join('\n'))?.[1] ?? '';
    });
}

/** A file of one CA, whose last moment is 4102444800 s after the epoch. */
export async function caFile(dir: string): Promise<string> {
  const [notBefore, notAfter] = [new Date('2026-01-01T00:00:00Z'), new Date('2100-01-01T00:00:00Z')];
  const { certificate } = await createAuthority({ subject: 'O=nhs, CN=The CA', notBefore, notAfter });
  await writeFile(join(dir, 'ca.pem'), certificate.toString('pem'));
  return join(dir, 'ca.pem');
}
