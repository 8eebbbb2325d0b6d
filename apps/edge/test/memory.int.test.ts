import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { startStubProvider } from '@ssp/testing';
import { backingServices } from '@ssp/testing/vitest';
import { afterAll, expect, test, vi } from 'vitest';
import { createConsumer, exampleHeaders } from './consumer.ts';
import { targetPath } from './rig.ts';

const mebibyte = 1_024 * 1_024;
/** Far above what is allowed to stay behind, and soon moved. */
const bodyBytes = 200 * mebibyte;
const growthMaxBytes = 50 * mebibyte;

const resources = new AsyncDisposableStack();
const { pki } = backingServices();
const provider = await startStubProvider({ pki }, resources);
const edge = await startEdgeProcess();
const consumer = createConsumer({ port: edge.port, caFile: pki.ca }, pki.consumers.good, resources);
afterAll(() => resources.disposeAsync());

/** The edge as a process of its own, so that its memory is nobody else's. */
async function startEdgeProcess() {
  const port = await freePort();
  const main = fileURLToPath(new URL('forwarding-only.main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, targetPath.slice(1)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      EDGE_HOST: '127.0.0.1',
      EDGE_HTTPS_PORT: String(port),
      EDGE_HTTP_PORT: '0',
      EDGE_DRAIN_GRACE_MS: '0',
      EDGE_TLS_CERT_FILE: pki.edgeServer.cert,
      EDGE_TLS_KEY_FILE: pki.edgeServer.key,
      EDGE_CLIENT_CA_FILE: pki.ca,
      EDGE_CRL_FILES: pki.crls.join(','),
      EDGE_PROVIDER_CERT_FILE: pki.edgeClient.cert,
      EDGE_PROVIDER_KEY_FILE: pki.edgeClient.key,
      EDGE_PROVIDER_CA_FILE: pki.ca,
      EDGE_PROVIDER_CONNECTIONS: '256',
      // Two hundred handshakes at once take their time, and are not what is tested.
      EDGE_PROVIDER_CONNECT_TIMEOUT_MS: '60000',
      EDGE_PROVIDER_FIRST_BYTE_TIMEOUT_MS: '60000',
      EDGE_PROVIDER_IDLE_TIMEOUT_MS: '60000',
      EDGE_CONNECT_TO: `orange.testlab.nhs.uk:443:${provider.address}`,
      KAFKA_BROKERS: '127.0.0.1:9',
    },
  });
  resources.defer(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  await vi.waitFor(
    () =>
      once(
        connect(port, '127.0.0.1').on('error', () => undefined),
        'connect',
        { signal: AbortSignal.timeout(200) },
      ),
    {
      timeout: 30_000,
      interval: 100,
    },
  );
  return { port, residentBytes: () => residentBytes(child.pid ?? 0) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1_024;
}

/** Most that the edge's memory grows above where it stands while `work` goes on. */
async function growthDuring(work: () => Promise<void>): Promise<number> {
  const before = edge.residentBytes();
  let most = before;
  const look = setInterval(() => {
    most = Math.max(most, edge.residentBytes());
  }, 20);
  await work().finally(() => clearInterval(look));
  return most - before;
}

const block = Buffer.alloc(64 * 1_024, 'a');

/** Writes so many bytes as fast as they are taken. */
function pump(
  to: { write(chunk: Buffer): boolean; end(): void; once(event: 'drain', go: () => void): void },
  bytes: number,
) {
  let left = bytes;
  const go = () => {
    while (left > 0) {
      left -= block.length;
      if (!to.write(block)) return to.once('drain', go);
    }
    return to.end();
  };
  go();
}

function answerMuch(_req: IncomingMessage, res: ServerResponse, bytes: number) {
  res.writeHead(200, { 'Content-Length': String(bytes) });
  pump(res, bytes);
}

async function download(bytes: number) {
  provider.answerWith((req, res) => answerMuch(req, res, bytes));
  const outgoing = consumer.open({ path: `${targetPath}/Binary`, headers: exampleHeaders });
  outgoing.end();
  const [response] = await once(outgoing, 'response');
  let got = 0;
  for await (const chunk of response) got += chunk.length;
  expect(got).toBe(bytes);
}

async function upload(bytes: number) {
  provider.answerWith((req, res) => {
    let got = 0;
    req.on('data', (chunk: Buffer) => {
      got += chunk.length;
    });
    req.on('end', () => res.end(String(got)));
  });
  const outgoing = consumer.open({
    path: `${targetPath}/Binary`,
    method: 'POST',
    headers: { ...exampleHeaders, 'Content-Length': String(bytes) },
  });
  pump(outgoing, bytes);
  const [response] = await once(outgoing, 'response');
  expect(await text(response)).toBe(String(bytes));
}

test('a big answer moves the memory of the edge by less than 50 MB', async () => {
  await download(32 * mebibyte);
  await upload(32 * mebibyte);
  const growth = await growthDuring(() => download(bodyBytes));
  expect(growth).toBeLessThan(growthMaxBytes);
});

test('a big request moves the memory of the edge by less than 50 MB', async () => {
  const growth = await growthDuring(() => upload(bodyBytes));
  expect(growth).toBeLessThan(growthMaxBytes);
});
