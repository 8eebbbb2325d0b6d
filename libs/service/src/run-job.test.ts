import { mkdtempDisposable, readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { caFile, startJob, statusOf } from '../test/sample-programs.ts';
import { listen } from './listen.ts';

test.for([
  { resolves: 'to nothing', environment: {}, args: [], status: 0, says: '' },
  { resolves: 'to a number', environment: { SAMPLE_STATUS: '3' }, args: [], status: 3, says: '' },
  { resolves: 'to nothing for --help', environment: {}, args: ['--help'], status: 0, says: 'Exit status: 3' },
])('a job that resolves $resolves ends with $status', async ({ environment, args, status, says }) => {
  using resources = new DisposableStack();
  const { child, lines } = startJob(resources, environment, args);
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
  const { child } = startJob(resources, { ...environment, ...given });
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
    const { child, lines } = startJob(resources.use(new DisposableStack()), environment);
    expect(await statusOf(child)).toBe(3);
    const { asked, body } = await told.promise;
    expect(asked).toBe('PUT /metrics/job/jobs/program/sample-job');
    expect(body).toContain('\nssp_job_exit_status{program="sample-job"} 3\n');
    expect(lines.join('\n')).toContain(says);
  },
);
