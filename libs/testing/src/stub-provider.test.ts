import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDevelopmentPki } from './pki/development-pki.ts';
import type { DevelopmentPki } from './pki/pki-paths.ts';
import { startStubProvider, type StubProvider } from './stub-provider.ts';

let dir: string;
let pki: DevelopmentPki;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ssp-stub-'));
  pki = await createDevelopmentPki(join(dir, 'pki'), { now: new Date() });
}, 60_000);
afterAll(() => rm(dir, { recursive: true }));

async function post(provider: StubProvider, body: string): Promise<IncomingMessage> {
  const asking = request({
    host: '127.0.0.1',
    port: provider.port,
    servername: 'orange.testlab.nhs.uk',
    method: 'POST',
    path: '/B82617//Patient/$gpc?a=1&a=%7C',
    headers: ['X-Twice', 'one', 'x-twice', 'two', 'Host', 'orange.testlab.nhs.uk'],
    ca: await readFile(pki.ca),
    cert: await readFile(pki.edgeClient.cert),
    key: await readFile(pki.edgeClient.key),
    agent: false,
  });
  asking.end(body);
  const [answer]: IncomingMessage[] = await once(asking, 'response');
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

test('a stub provider remembers a request as it came', async () => {
  await using resources = new AsyncDisposableStack();
  const provider = await startStubProvider({ pki }, resources);
  const answer = await post(provider, 'the body');
  expect(answer.statusCode).toBe(200);
  const [seen] = provider.requests;
  expect(seen).toMatchObject({
    method: 'POST',
    target: '/B82617//Patient/$gpc?a=1&a=%7C',
    clientName: 'proxy.ssp.example.nhs.uk',
  });
  expect(seen?.rawHeaders.slice(0, 4)).toEqual(['X-Twice', 'one', 'x-twice', 'two']);
  expect(String(await seen?.body)).toBe('the body');
});

test('a test decides how it answers', async () => {
  await using resources = new AsyncDisposableStack();
  const provider = await startStubProvider({ pki }, resources);
  provider.answerWith(async (_request, response, seen) => {
    response.writeHead(418).end(await seen.body);
  });
  const answer = await post(provider, 'echo');
  expect(answer.statusCode).toBe(418);
  expect(String(await buffer(answer))).toBe('echo');
});

test('a caller without a certificate gets nowhere', async () => {
  await using resources = new AsyncDisposableStack();
  const provider = await startStubProvider({ pki }, resources);
  const asking = request({
    host: '127.0.0.1',
    port: provider.port,
    servername: 'orange.testlab.nhs.uk',
    ca: await readFile(pki.ca),
    agent: false,
  });
  asking.end();
  const [error] = await once(asking, 'error');
  expect(error).toMatchObject({ code: expect.stringMatching(/ECONNRESET|CERTIFICATE_REQUIRED/) });
  expect(provider.requests).toEqual([]);
});
