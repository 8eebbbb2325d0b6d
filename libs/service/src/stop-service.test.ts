import { expect, test } from 'vitest';
import { portOf, startService, statusOf, url } from '../test/sample-programs.ts';

test('told to stop it is not ready at once, yet serves on for its grace, and ends with 0', async () => {
  using resources = new DisposableStack();
  const { child, lines } = startService(resources, { ...url, SAMPLE_GRACE_MS: '4000' });
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
    const { child, lines } = startService(resources, url);
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
  const { child, lines } = startService(resources, url);
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

test('a start that never ends does not hold up a stop', async () => {
  using resources = new DisposableStack();
  const { child, lines } = startService(resources, { ...url, SAMPLE_START: 'never' });
  await portOf(lines, 'sample');
  child.kill('SIGTERM');
  expect(await statusOf(child)).toBe(0);
});

test('work that outlasts the grace ends it with 1', async () => {
  using resources = new DisposableStack();
  const { child, lines } = startService(resources, { ...url, STOP_GRACE_SECONDS: '1' });
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
