import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';
import { backingServices } from '@ssp/testing/vitest';
import { expect, test } from 'vitest';
import { startSampleProvider } from '../src/sample-provider.ts';

const { pki } = backingServices();

type Client = { readonly cert: string; readonly key: string };

async function start(resources: AsyncDisposableStack, sspFqdn?: string) {
  const { port } = await startSampleProvider(
    {
      host: '127.0.0.1',
      port: 0,
      tls: { certFile: pki.provider.cert, keyFile: pki.provider.key, caFile: pki.ca },
      sspFqdn,
    },
    resources,
  );
  return async (
    path: string,
    client: Client | undefined,
    tls: { ciphers?: string; minVersion?: 'TLSv1.3' } = {},
  ) => {
    const agent = resources.adopt(
      new Agent({
        keepAlive: true,
        servername: pki.provider.fqdn,
        ca: await readFile(pki.ca),
        ...(client ? { cert: await readFile(client.cert), key: await readFile(client.key) } : {}),
        ...tls,
      }),
      (it) => it.destroy(),
    );
    return async () => {
      const req = request({ host: '127.0.0.1', port, path, agent, headers: spineHeaders }).end();
      const [res]: IncomingMessage[] = await once(req, 'response');
      if (!res) throw new Error('no response');
      const { socket } = res;
      const protocol = socket instanceof TLSSocket ? socket.getProtocol() : null;
      return { status: res.statusCode, body: await text(res), protocol, reused: req.reusedSocket };
    };
  };
}

const spineHeaders = {
  'Ssp-TraceID': '09a01679-2564-0fb4-5129-aecc81ea2706',
  'Ssp-From': '200000000359',
  'Ssp-To': '918999198738',
  'Ssp-InteractionID': 'urn:nhs:names:services:gpconnect:fhir:rest:read:patient-1',
  Authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.',
};

test('the proxy is answered over TLS 1.2, many times on one connection', async () => {
  await using resources = new AsyncDisposableStack();
  const ask = await (await start(resources, pki.edgeClient.fqdn))('/B82617/fhir/Patient/1', pki.edgeClient);
  const [first, second] = [await ask(), await ask()];
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(JSON.parse(first.body)).toMatchObject({ resourceType: 'Patient', id: '1' });
  expect([first.reused, second.reused]).toEqual([false, true]);
  expect(first.protocol).toBe('TLSv1.2');
});

test('a certificate with another name than the proxy has is refused', async () => {
  await using resources = new AsyncDisposableStack();
  const connect = await start(resources, pki.edgeClient.fqdn);
  const answer = await (await connect('/B82617/fhir/Patient/1', pki.consumers.good))();
  expect(answer.status).toBe(403);
  expect(answer.body).toContain('ACCESS DENIED');
});

test.for(['none', 'untrusted', 'expired'] as const)(
  'a client with certificate: %s gets no connection',
  async (kind) => {
    await using resources = new AsyncDisposableStack();
    const client = kind === 'none' ? undefined : pki.consumers[kind];
    const ask = await (await start(resources))('/B82617/fhir/Patient/1', client);
    await expect(ask()).rejects.toHaveProperty('code');
  },
);

test.for([{ ciphers: 'AES128-SHA256' }, { minVersion: 'TLSv1.3' }] as const)(
  'a client that insists on %o gets no connection',
  async (tls) => {
    await using resources = new AsyncDisposableStack();
    const ask = await (await start(resources))('/B82617/fhir/Patient/1', pki.edgeClient, tls);
    await expect(ask()).rejects.toHaveProperty('code');
  },
);
