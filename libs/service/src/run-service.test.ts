import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStubTimeServer } from '@ssp/testing';
import { expect, test } from 'vitest';
import { caFile, portOf, startService, statusOf, url } from '../test/sample-programs.ts';

test('--help lists its own and the common variables, and ends with 0', async () => {
  using resources = new DisposableStack();
  const { child, lines } = startService(resources, {}, ['--help']);
  expect(await statusOf(child)).toBe(0);
  const help = lines.join('\n');
  expect(help).toContain('Usage: sample');
  expect(help).toContain('  SAMPLE_URL\n      Where it is (required)');
  expect(help).toContain('  SAMPLE_PORT\n      Its port (default 0)');
  expect(help).toContain('  STOP_GRACE_SECONDS\n');
});

test('--help-json is the same for programs', async () => {
  using resources = new DisposableStack();
  const { child, lines } = startService(resources, {}, ['--help-json']);
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
  const { child, stderr } = startService(resources, {
    SAMPLE_PORT: 'x',
    ADMIN_PORT: '-1',
    LOG_LEVEL: 'loud',
  });
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
  const { child, lines } = startService(resources, { ...url, SAMPLE_START: how });
  expect(await statusOf(child)).toBe(1);
  expect(lines.join('\n')).toMatch(new RegExp(`"level":60.*${reason}`));
});

test.for([
  { offsetMs: 0, status: 200, clock: /^ok$/ },
  { offsetMs: -600_000, status: 503, clock: /^the clock is \d{6} ms ahead where 250000 ms are allowed/ },
])('a clock that is $offsetMs ms off is ready with $status', async ({ offsetMs, status, clock }) => {
  await using resources = new AsyncDisposableStack();
  const { address } = await startStubTimeServer({ offsetMs }, resources);
  // So much that a busy machine makes no difference.
  const bound = { NTP_SERVERS: address, CLOCK_OFFSET_MAX_MS: '250000' };
  const { lines } = startService(resources.use(new DisposableStack()), { ...url, ...bound });
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
  const { lines } = startService(resources.use(new DisposableStack()), { ...url, SAMPLE_CA_FILE: files });
  const adminPort = await portOf(lines, 'admin');
  const figures = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  expect(figures).toContain(
    '\nssp_certificate_not_after_timestamp_seconds{certificate="SAMPLE_CA_FILE",subject="The CA"} 4102444800\n',
  );
});

test('one fault of the clock is named beside the others', async () => {
  using resources = new DisposableStack();
  const { child, stderr } = startService(resources, { CLOCK_EVERY_SECONDS: '10' });
  expect(await statusOf(child)).toBe(2);
  expect((await stderr).trim().split('\n')).toEqual([
    expect.stringMatching(/^sample: CLOCK_EVERY_SECONDS is wrong: /),
    'sample: SAMPLE_URL is not set',
    'sample: run with --help for the variables it reads',
  ]);
});

test('one that would serve on for longer than it has to stop is refused, and told which to change', async () => {
  using resources = new DisposableStack();
  const { child, stderr } = startService(resources, {
    ...url,
    SAMPLE_GRACE_MS: '2000',
    STOP_GRACE_SECONDS: '2',
  });
  expect(await statusOf(child)).toBe(2);
  expect(await stderr).toContain(
    'sample: STOP_GRACE_SECONDS is wrong: with 2 s it would end by force while it still serves for the 2000 ms',
  );
});
