import { createServer } from 'node:http';
import { listenOnLoopback } from '../listen-on-loopback.ts';
import { expect, test } from 'vitest';
import { readBackingEnvironment } from './backing-environment.ts';
import { findEngine } from './container-engine.ts';

async function listen(status: number | 'silence', resources: AsyncDisposableStack): Promise<string> {
  const server = createServer((request, response) => {
    if (status !== 'silence') response.writeHead(request.url === '/_ping' ? status : 404).end();
  });
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const port = await listenOnLoopback(server);
  return `tcp://127.0.0.1:${port}`;
}

test.for([
  { engine: 'answers', status: 200, expected: true },
  { engine: 'is broken', status: 500, expected: false },
  { engine: 'hangs', status: 'silence', expected: false },
] as const)('an engine that $engine is there: $expected', async ({ status, expected }) => {
  await using resources = new AsyncDisposableStack();
  const environment = readBackingEnvironment({ DOCKER_HOST: await listen(status, resources) });
  expect(await findEngine(environment)).toEqual(expected ? new URL(environment.dockerHost ?? '') : undefined);
});
