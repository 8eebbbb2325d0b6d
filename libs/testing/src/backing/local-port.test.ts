import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { claimPort, findFreePort, isPortFree, reservePort } from './local-port.ts';

test('a claimed port stays the same until another program has it', async () => {
  await using resources = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'ssp-port-'));
  resources.defer(() => rm(dir, { recursive: true }));
  const file = join(dir, 'port');
  const port = await claimPort(file);
  expect(await claimPort(file)).toBe(port);

  const intruder = createServer().listen(port, '127.0.0.1');
  await once(intruder, 'listening');
  resources.defer(() => void intruder.close());
  const other = await claimPort(file);
  expect(other).not.toBe(port);
  expect(await claimPort(file)).toBe(other);
});

test('a free port is none that a connection going out is given', async () => {
  const outgoing = createServer().listen(0, '127.0.0.1');
  await once(outgoing, 'listening');
  const address = outgoing.address();
  const given = typeof address === 'object' && address !== null ? address.port : 0;
  outgoing.close();
  for (let tries = 0; tries < 20; tries += 1)
    expect(await findFreePort()).toBeLessThan(Math.min(given, 32_768));
});

test('a port that is kept is nobody else’s before and while a program listens there, and free again afterwards', async () => {
  await using resources = new AsyncDisposableStack();
  const port = await findFreePort();
  const keeper = resources.use(new AsyncDisposableStack());
  expect(await reservePort(port, keeper)).toBe(true);
  expect(await isPortFree(port)).toBe(false);
  expect(await reservePort(port, resources)).toBe(false);

  const program = createServer().listen(port, '127.0.0.1');
  await once(program, 'listening');
  program.close();
  await once(program, 'close');
  expect(await isPortFree(port)).toBe(false);
  await keeper.disposeAsync();
  expect(await isPortFree(port)).toBe(true);
});

test('no port is kept on which a program listens', async () => {
  await using resources = new AsyncDisposableStack();
  const port = await findFreePort();
  const program = resources.adopt(createServer().listen(port, '127.0.0.1'), (it) => void it.close());
  await once(program, 'listening');
  expect(await reservePort(port, resources)).toBe(false);
});
