import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { createAuthority, startStubTimeServer } from '@ssp/testing';
import { expect, test } from 'vitest';
import { listen } from './listen.ts';

// The smallest service: it serves `/`, answers `/slow` only once told twice to stop, and starts as SAMPLE_START says.
const program = `
import { once } from 'node:events';
import { createServer } from 'node:http';
import { z } from 'zod';
import { filePath, grace, listen, port, runService } from '${new URL('./index.ts', import.meta.url).href}';

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

function start(
  resources: DisposableStack,
  environment: Record<string, string>,
  args: readonly string[] = [],
  code = program,
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

async function statusOf(child: ChildProcess): Promise<unknown> {
  const [status, signal]: unknown[] = await once(child, 'close');
  return signal ?? status;
}

async function portOf(lines: readonly string[], listener: string): Promise<string> {
  const open = new RegExp(`"${listener}":\\{"host":"127\\.0\\.0\\.1","port":(\\d+)\\}`);
  return expect
    .poll(() => open.exec(lines.join('\n'))?.[1])
    .toBeDefined()
    .then(() => {
      return open.exec(lines.join('\n'))?.[1] ?? '';
    });
}

const url = { SAMPLE_URL: 'http://h' };

test('--help lists its own and the common variables, and ends with 0', async () => {
  using resources = new DisposableStack();
  const { child, lines } = start(resources, {}, ['--help']);
  expect(await statusOf(child)).toBe(0);
  const help = lines.join('\n');
  expect(help).toContain('Usage: sample');
  expect(help).toContain('  SAMPLE_URL\n      Where it is (required)');
  expect(help).toContain('  SAMPLE_PORT\n      Its port (default 0)');
  expect(help).toContain('  STOP_GRACE_SECONDS\n');
});

test('--help-json is the same for programs', async () => {
  using resources = new DisposableStack();
  const { child, lines } = start(resources, {}, ['--help-json']);
  expect(await statusOf(child)).toBe(0);
  expect(JSON.parse(lines.join(''))).toMatchObject({
    name: 'sample',
    variables: expect.arrayContaining([
      { name: 'SAMPLE_URL', description: 'Where it is', required: true, default: null },
    ]),
  });
});

test('a faulty environment ends it with 2 and one line for each fault, common ones too', async () => {
  using resources = new DisposableStack();
  const { child, stderr } = start(resources, { SAMPLE_PORT: 'x', ADMIN_PORT: '-1', LOG_LEVEL: 'loud' });
  expect(await statusOf(child)).toBe(2);
  expect((await stderr).trim().split('\n')).toEqual([
    expect.stringMatching(/^sample: LOG_LEVEL is wrong: /),
    expect.stringMatching(/^sample: ADMIN_PORT is wrong: /),
    'sample: SAMPLE_URL is not set',
    expect.stringMatching(/^sample: SAMPLE_PORT is wrong: /),
    'sample: run with --help for the variables it reads',
  ]);
});

test.for([
  { how: 'fails', reason: 'no database there' },
  { how: 'breaks', reason: 'consumer crashed' },
])('one that $how ends with 1 and tells why', async ({ how, reason }) => {
  using resources = new DisposableStack();
  const { child, lines } = start(resources, { ...url, SAMPLE_START: how });
  expect(await statusOf(child)).toBe(1);
  expect(lines.join('\n')).toMatch(new RegExp(`"level":60.*${reason}`));
});

test('told to stop it is not ready at once, yet serves on for its grace, and ends with 0', async () => {
  using resources = new DisposableStack();
  const { child, lines } = start(resources, { ...url, SAMPLE_GRACE_MS: '4000' });
  const admin = await portOf(lines, 'admin');
  const sample = await portOf(lines, 'sample');
  await expect.poll(() => lines.join('\n')).toContain('"started"');
  const ended = statusOf(child);
  child.kill('SIGTERM');
  await expect.poll(async () => (await fetch(`http://127.0.0.1:${admin}/readyz`)).status).toBe(503);
  const answer = await fetch(`http://127.0.0.1:${sample}/`);
  expect(await answer.text()).toBe('quick');
  expect(answer.headers.get('connection')).toBe('close');
  expect(await ended).toBe(0);
});

test.for([{ signal: 'SIGTERM' }, { signal: 'SIGINT' }] as const)(
  '$signal releases what was acquired and ends with 0',
  async ({ signal }) => {
    using resources = new DisposableStack();
    const { child, lines } = start(resources, url);
    await expect.poll(() => lines.join('\n')).toContain('"started"');
    child.kill(signal);
    expect(await statusOf(child)).toBe(0);
    expect(lines.slice(-2)).toEqual([
      expect.stringContaining('stopping'),
      expect.stringContaining('released'),
    ]);
  },
);

test('SIGTERM, even repeated, lets the request in flight end and turns readiness off meanwhile', async () => {
  using resources = new DisposableStack();
  const { child, lines } = start(resources, url);
  const status = statusOf(child);
  const [port, adminPort] = [await portOf(lines, 'sample'), await portOf(lines, 'admin')];
  await expect.poll(async () => (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status).toBe(200);
  const slow = await fetch(`http://127.0.0.1:${port}/slow`);
  child.kill('SIGTERM');
  await expect.poll(() => lines.join('\n')).toContain('stopping');
  child.kill('SIGTERM');
  expect(await slow.text()).toBe('wait done');
  expect(await status).toBe(0);
});

test.for([
  { offsetMs: 0, status: 200, clock: /^ok$/ },
  { offsetMs: -600_000, status: 503, clock: /^the clock is \d{6} ms ahead where 250000 ms are allowed/ },
])('a clock that is $offsetMs ms off is ready with $status', async ({ offsetMs, status, clock }) => {
  await using resources = new AsyncDisposableStack();
  const { address } = await startStubTimeServer({ offsetMs }, resources);
  // So much that a busy machine makes no difference.
  const bound = { NTP_SERVERS: address, CLOCK_OFFSET_MAX_MS: '250000' };
  const { lines } = start(resources.use(new DisposableStack()), { ...url, ...bound });
  const adminPort = await portOf(lines, 'admin');
  await expect.poll(() => lines.join('\n')).toContain('the offset of the clock is known');
  await expect.poll(() => lines.join('\n')).toContain('"started"');
  const ready = await fetch(`http://127.0.0.1:${adminPort}/readyz`);
  expect(ready.status).toBe(status);
  expect(await ready.json()).toMatchObject({ checks: { clock: expect.stringMatching(clock) } });
});

test('the certificates that it is given are among its figures, by their settings', async () => {
  await using resources = new AsyncDisposableStack();
  const { path } = resources.use(await mkdtempDisposable(join(tmpdir(), 'run-')));
  const files = await caFile(path);
  const { lines } = start(resources.use(new DisposableStack()), { ...url, SAMPLE_CA_FILE: files });
  const adminPort = await portOf(lines, 'admin');
  const figures = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  expect(figures).toContain(
    '\nssp_certificate_not_after_timestamp_seconds{certificate="SAMPLE_CA_FILE",subject="The CA"} 4102444800\n',
  );
});

async function caFile(dir: string): Promise<string> {
  const [notBefore, notAfter] = [new Date('2026-01-01T00:00:00Z'), new Date('2100-01-01T00:00:00Z')];
  const { certificate } = await createAuthority({ subject: 'O=nhs, CN=The CA', notBefore, notAfter });
  await writeFile(join(dir, 'ca.pem'), certificate.toString('pem'));
  return join(dir, 'ca.pem');
}

test('one fault of the clock is named beside the others', async () => {
  using resources = new DisposableStack();
  const { child, stderr } = start(resources, { CLOCK_EVERY_SECONDS: '10' });
  expect(await statusOf(child)).toBe(2);
  expect((await stderr).trim().split('\n')).toEqual([
    expect.stringMatching(/^sample: CLOCK_EVERY_SECONDS is wrong: /),
    'sample: SAMPLE_URL is not set',
    'sample: run with --help for the variables it reads',
  ]);
});

test('one that would serve on for longer than it has to stop is refused, and told which to change', async () => {
  using resources = new DisposableStack();
  const { child, stderr } = start(resources, { ...url, SAMPLE_GRACE_MS: '2000', STOP_GRACE_SECONDS: '2' });
  expect(await statusOf(child)).toBe(2);
  expect(await stderr).toContain(
    'sample: STOP_GRACE_SECONDS is wrong: with 2 s it would end by force while it still serves for the 2000 ms',
  );
});

test('a start that never ends does not hold up a stop', async () => {
  using resources = new DisposableStack();
  const { child, lines } = start(resources, { ...url, SAMPLE_START: 'never' });
  await portOf(lines, 'sample');
  child.kill('SIGTERM');
  expect(await statusOf(child)).toBe(0);
});

test('work that outlasts the grace ends it with 1', async () => {
  using resources = new DisposableStack();
  const { child, lines } = start(resources, { ...url, STOP_GRACE_SECONDS: '1' });
  const status = statusOf(child);
  const port = await portOf(lines, 'sample');
  await expect.poll(() => lines.join('\n')).toContain('"started"');
  const slow = await fetch(`http://127.0.0.1:${port}/slow`);
  // The slow answer waits for SIGTERMs, which do not come.
  child.kill('SIGINT');
  await expect(slow.text()).rejects.toThrow('terminated');
  expect(await status).toBe(1);
  expect(lines.join('\n')).toContain('did not end in time');
});

// The smallest job: it ends with the status that its environment gives.
const job = `
import { z } from 'zod';
import { count, filePath, runJob } from '${new URL('./index.ts', import.meta.url).href}';

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

test.for([
  { resolves: 'to nothing', environment: {}, args: [], status: 0, says: '' },
  { resolves: 'to a number', environment: { SAMPLE_STATUS: '3' }, args: [], status: 3, says: '' },
  { resolves: 'to nothing for --help', environment: {}, args: ['--help'], status: 0, says: 'Exit status: 3' },
])('a job that resolves $resolves ends with $status', async ({ environment, args, status, says }) => {
  using resources = new DisposableStack();
  const { child, lines } = start(resources, environment, args, job);
  expect(await statusOf(child)).toBe(status);
  expect(lines.join('\n')).toContain(says);
});

test.for([
  { ends: 'well', environment: {}, status: 0 },
  { ends: 'with a status', environment: { SAMPLE_STATUS: '3' }, status: 3 },
  { ends: 'by a failure', environment: { SAMPLE_STATUS: '1000' }, status: 1 },
  { ends: 'by what it held', environment: { SAMPLE_STATUS: '1001' }, status: 1 },
])('a job that ends $ends leaves that behind for Prometheus', async ({ environment, status }) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'job-'));
  const file = join(folder.path, 'sample.prom');
  using resources = new DisposableStack();
  const given = { SAMPLE_CA_FILE: await caFile(folder.path), JOB_METRICS_FILE: file };
  const { child } = start(resources, { ...environment, ...given }, [], job);
  expect(await statusOf(child)).toBe(status);
  const shown = await readFile(file, 'utf8');
  expect(shown).toContain(`\nssp_job_exit_status{program="sample-job"} ${status}\n`);
  expect(shown).toMatch(/^ssp_job_ended_timestamp_seconds\{program="sample-job"\} \d{10}/m);
  expect(shown).toContain(
    '_seconds{program="sample-job",certificate="SAMPLE_CA_FILE",subject="The CA"} 4102444800\n',
  );
  expect((await readdir(folder.path)).toSorted()).toEqual(['ca.pem', 'sample.prom']);
});

test.for([
  { gateway: 'takes it', answer: 200, says: '' },
  { gateway: 'refuses it', answer: 500, says: 'the gateway of metrics was not told' },
])(
  'a job tells a gateway how it ended; if that $gateway, the job ends as it did',
  async ({ answer, says }) => {
    await using resources = new AsyncDisposableStack();
    const told = Promise.withResolvers<{ readonly asked: string; readonly body: string }>();
    const gateway = createServer((req, res) => {
      const tell = async () => {
        told.resolve({ asked: `${req.method} ${req.url}`, body: await text(req) });
        res.writeHead(answer).end();
      };
      tell().catch(told.reject);
    });
    const { port } = await listen(gateway, { host: '127.0.0.1', port: 0 }, resources);
    const environment = { SAMPLE_STATUS: '3', JOB_METRICS_URL: `http://127.0.0.1:${port}` };
    const { child, lines } = start(resources.use(new DisposableStack()), environment, [], job);
    expect(await statusOf(child)).toBe(3);
    const { asked, body } = await told.promise;
    expect(asked).toBe('PUT /metrics/job/jobs/program/sample-job');
    expect(body).toContain('\nssp_job_exit_status{program="sample-job"} 3\n');
    expect(lines.join('\n')).toContain(says);
  },
);
