import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { type TLSSocket } from 'node:tls';
import { type DevelopmentPki, listenOnLoopback } from '@ssp/testing';

export type RecordedRequest = {
  readonly atMs: number;
  readonly method: string;
  /** As it stood in the request line. */
  readonly target: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
  readonly certificateName: string;
};

export type ScriptedAnswer = { readonly status: number; readonly headers?: Readonly<Record<string, string>> };

/**
 * Stands where the edge stands, records what a consumer sends, and answers in turn what it was told; 200 after that.
 * It knows the root authority alone, so that only a consumer that shows its issuer too gets in.
 */
export async function startRecordingProxy(
  pki: DevelopmentPki,
  answers: readonly ScriptedAnswer[],
  resources: AsyncDisposableStack,
): Promise<{ readonly url: string; readonly requests: readonly RecordedRequest[] }> {
  const requests: RecordedRequest[] = [];
  const waiting = answers.values();
  const server = createServer({
    cert: readFileSync(pki.edgeServer.cert),
    key: readFileSync(pki.edgeServer.key),
    ca: readFileSync(pki.rootCert),
    requestCert: true,
    rejectUnauthorized: true,
  });
  const names = new WeakMap<object, string>();
  server.on('secureConnection', (socket: TLSSocket) => {
    names.set(socket, socket.getPeerX509Certificate()?.subject ?? '');
  });
  const answer = async (req: IncomingMessage, res: ServerResponse) => {
    const atMs = performance.now();
    const body = await text(req);
    const { method = '', url = '', headers, socket } = req;
    requests.push({ atMs, method, target: url, headers, body, certificateName: names.get(socket) ?? '' });
    const { status, headers: extra = {} } = waiting.next().value ?? { status: 200 };
    res.writeHead(status, {
      'Content-Type': 'application/fhir+json',
      'X-Ssp-InternalID': randomUUID(),
      ...extra,
    });
    res.end(JSON.stringify(status === 200 ? { resourceType: 'Bundle' } : outcome));
  };
  server.on('request', (req, res) => void answer(req, res));
  const port = await listenOnLoopback(server);
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `https://127.0.0.1:${port}`, requests };
}

const outcome = {
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'error', code: 'transient', diagnostics: 'what the provider says' }],
};
