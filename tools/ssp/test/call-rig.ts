import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type ProviderHandler, startStubProvider, type StubProvider, listenOnLoopback } from '@ssp/testing';
import { backingServices } from '@ssp/testing/vitest';
import { runProgram } from '../src/run-program.ts';
import { capturedTerminal } from './captured-terminal.ts';

/** Stands where the edge stands: mutual TLS, and it keeps what it is sent. */
export async function startRecorder(
  resources: AsyncDisposableStack,
  handler: ProviderHandler = (_req, res) => void res.end('{"resourceType":"Bundle"}'),
): Promise<StubProvider> {
  return startStubProvider({ pki: backingServices().pki, handler }, resources);
}

/** Everything that a card would say, so that none is needed. */
export function elsewhere({ port }: { readonly port: number }): readonly string[] {
  const { ldap, pki } = backingServices();
  const { cert, key } = pki.consumers.good;
  const given = {
    '--ldap': ldap.url,
    '--ldap-ca': ldap.caFile,
    '--edge': `https://localhost:${port}`,
    '--ca': pki.ca,
    '--cert': cert,
    '--key': key,
    '--from': '200000000359',
    '--from-ods': 'R1A14',
  };
  return Object.entries(given).flat();
}

/** `ssp call` for a patient search, as if typed; what it printed and what it said. */
export async function call(recorder: StubProvider, args: readonly string[], typed = '') {
  const terminal = capturedTerminal('/', typed);
  const status = await runProgram(
    ['call', 'B82617', 'search:patient-1', ...args, ...elsewhere(recorder)],
    terminal,
  );
  return { status, printed: terminal.printed(), said: terminal.said() };
}

/** Answers as the operator API does, and keeps what it was asked. */
export async function startOperatorApi(status: number, answer: unknown, resources: AsyncDisposableStack) {
  const asked: { authorization: string | undefined; body: unknown }[] = [];
  const server = createHttpServer((req, res) => {
    const keep = async () => {
      asked.push({ authorization: req.headers.authorization, body: JSON.parse(await text(req)) });
      res.writeHead(status).end(JSON.stringify(answer));
    };
    keep().catch((error: unknown) => res.destroy(error instanceof Error ? error : undefined));
  });
  const port = await listenOnLoopback(server);
  resources.defer(() => void server.close());
  const dir = resources.use(await mkdtempDisposable(join(tmpdir(), 'call-')));
  const token = join(dir.path, 'token');
  await writeFile(token, 'operators-token\n');
  const args = ['--explain', '--authz-api', `http://127.0.0.1:${port}`, '--authz-token-file', token];
  return { asked, args };
}

/** Takes connections and says nothing on them. */
export async function startSilence(
  onConnection: () => void,
  resources: AsyncDisposableStack,
): Promise<string> {
  const server = createServer((socket) => {
    resources.defer(() => void socket.destroy());
    onConnection();
  });
  const port = await listenOnLoopback(server);
  resources.defer(() => void server.close());
  return `ldaps://127.0.0.1:${port}`;
}
