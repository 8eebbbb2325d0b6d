import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { elsewhere, startRecorder } from './call-rig.ts';

const program = new URL('../src/ssp.main.ts', import.meta.url).pathname;
const forAnHour = ['--rate', '50', '--for', '3600', '--yes', '--json'];

test('Ctrl-C begins no more requests, waits for those under way, and shows what came of all', async () => {
  await using resources = new AsyncDisposableStack();
  const interrupted = Promise.withResolvers<void>();
  const recorder = await startRecorder(resources, (_req, res) => {
    if (recorder.requests.length <= 3) return void res.end('{}');
    void interrupted.promise.then(() => res.end('{}'));
  });
  const args = ['load', 'B82617', 'search:patient-1', '/Patient?identifier=a', ...forAnHour];
  const child = spawn(process.execPath, [program, ...args, ...elsewhere(recorder)], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  resources.defer(() => void child.kill('SIGKILL'));
  const ended = Promise.all([text(child.stdout), once(child, 'close')]);
  await expect.poll(() => recorder.requests.length, { timeout: 60_000 }).toBeGreaterThan(5);
  child.kill('SIGINT');
  interrupted.resolve();
  const [printed, [status]] = await ended;
  const { begun, answers } = JSON.parse(printed);
  expect(status).toBe(130);
  expect(begun).toBeGreaterThan(5);
  expect(answers).toMatchObject([{ answer: '200', requests: begun }]);
});
