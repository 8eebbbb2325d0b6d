import { createServer } from 'node:http';
import { listenOnLoopback } from '../listen-on-loopback.ts';

/** What a Docker engine of ours pretends to. */
export interface StubEngineConduct {
  /** Names of the images that it has. */
  readonly images: readonly string[];
  /** Whether its registry cannot be found, or is found and never says a word. */
  readonly registry: 'away' | 'hangs';
}

/** A Docker engine without containers, on loopback; tells its DOCKER_HOST. It ends with `resources`. */
export async function startStubEngine(
  { images, registry }: StubEngineConduct,
  resources: AsyncDisposableStack,
): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const { pathname } = new URL(request.url ?? '', 'http://engine');
    const [, image = ''] = /^\/images\/(.+)\/json$/.exec(pathname) ?? [];
    if (pathname === '/_ping' || pathname === '/info') answer(200, { ServerVersion: '20.10.24' });
    else if (images.includes(image)) answer(200, { Id: `sha256:${'0'.repeat(64)}` });
    else if (image !== '') answer(404, { message: `No such image: ${image}` });
    else if (registry === 'away') answer(500, { message: 'lookup of the registry: no such host' });
  });
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return `tcp://127.0.0.1:${await listenOnLoopback(server)}`;
}
