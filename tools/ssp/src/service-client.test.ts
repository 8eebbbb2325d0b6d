import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { callService, type ServiceAddress, ServiceRefusal } from './service-client.ts';

async function serviceAt(
  resources: AsyncDisposableStack,
  listener: RequestListener,
): Promise<ServiceAddress> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    name: 'authz',
    url: `http://127.0.0.1:${port}`,
    token: 'the-token',
    tls: { ca: null, cert: null, key: null },
    timeoutMs: 30_000,
  };
}

const signal = new AbortController().signal;

test('what is asked arrives with the token, and the answer comes back as JSON', async () => {
  await using resources = new AsyncDisposableStack();
  const service = await serviceAt(resources, (req, res) => {
    const { method, url, headers } = req;
    res.end(
      JSON.stringify({ method, url, authorization: headers.authorization, type: headers['content-type'] }),
    );
  });
  const call = { method: 'POST', path: '/v1/x?y=z', body: { a: 1 } } as const;
  expect(await callService(service, call, signal)).toEqual({
    method: 'POST',
    url: '/v1/x?y=z',
    authorization: 'Bearer the-token',
    type: 'application/json',
  });
});

test.for([
  { status: 401, body: '', message: 'authz wants to know who asks (401): give a token with --token-file' },
  {
    status: 403,
    body: '{"detail":"readers may not."}',
    message: 'authz does not allow that to you (403): readers may not: give another token with --token-file',
  },
  { status: 409, body: '{"error":"changed since"}', message: 'authz answers 409: changed since' },
  { status: 500, body: 'oops', message: 'authz answers 500' },
])('$status is told as "$message"', async ({ status, body, message }) => {
  await using resources = new AsyncDisposableStack();
  const service = await serviceAt(resources, (_req, res) => res.writeHead(status).end(body));
  const called = callService(service, { method: 'GET', path: '/' }, signal);
  await expect(called).rejects.toThrow(ServiceRefusal);
  await expect(called).rejects.toMatchObject({ status, message });
});

test('an answer that is no JSON is told as a wrong address', async () => {
  await using resources = new AsyncDisposableStack();
  const service = await serviceAt(resources, (_req, res) => res.end('<html>'));
  await expect(callService(service, { method: 'GET', path: '/' }, signal)).rejects.toThrow(
    'does not answer with JSON: is it the right address?',
  );
});

test('a service that is not there is told with its address', async () => {
  await using resources = new AsyncDisposableStack();
  const service = await serviceAt(resources, () => undefined);
  await resources.disposeAsync();
  await expect(callService(service, { method: 'GET', path: '/' }, signal)).rejects.toThrow(
    `authz does not answer at ${service.url} (connect ECONNREFUSED`,
  );
});
