import { once } from 'node:events';
import { copyFile, mkdtempDisposable, readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDevelopmentPki, listenOnLoopback } from '@ssp/testing';
import { Agent, request } from 'undici';
import { expect, test, vi } from 'vitest';
import { renewedConnector } from './renewed-connector.ts';

test('a renewed certificate is shown with the next connection, without a restart', async () => {
  await using resources = new AsyncDisposableStack();
  const { path } = resources.use(await mkdtempDisposable(join(tmpdir(), 'connector-')));
  const pki = await createDevelopmentPki(join(path, 'pki'), { now: new Date() });
  const server = createServer(
    {
      cert: await readFile(pki.internal.cert),
      key: await readFile(pki.internal.key),
      ca: await readFile(pki.ca),
      requestCert: true,
      rejectUnauthorized: true,
    },
    (_req, res) => res.writeHead(200, { connection: 'close' }).end('within'),
  );
  const port = await listenOnLoopback(server);
  resources.defer(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const [certFile, keyFile] = [join(path, 'cert'), join(path, 'key')];
  const put = async ({ cert, key }: typeof pki.internal) => {
    await copyFile(cert, certFile);
    await copyFile(key, keyFile);
  };
  await put(pki.consumers.untrusted);
  const dispatcher = resources.adopt(
    new Agent({ connect: renewedConnector({ caFile: pki.ca, certFile, keyFile }) }),
    (agent) => agent.destroy(),
  );
  const ask = async () => (await request(`https://127.0.0.1:${port}/`, { dispatcher })).body.text();
  await expect(ask()).rejects.toThrow(/alert|ECONNRESET|closed|certificate/);
  await put(pki.internal);
  await vi.waitFor(async () => expect(await ask()).toBe('within'), { timeout: 60_000, interval: 100 });
});
