import { constants } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { createServer } from 'node:http';
import { Agent, request, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, TLSSocket } from 'node:tls';
import { createService } from '@ssp/service';
import { type CertificateFiles, listenOnLoopback } from '@ssp/testing';
import { expect, test } from 'vitest';
import { startEdge } from '../src/edge.ts';
import { labAuthority, labConsumer, labCrl, pemOf, publish } from './lab-pki.ts';
import { edgeRig, ownHeaders, targetPath } from './rig.ts';
import { startRelay } from './relay.ts';

/** What the platform promises, from the new CRL's publication on. */
const promisedMs = 5_000;
const edges = 3;
const each = Array.from({ length: edges }, (_, index) => index);

type Answer = { readonly status: number; readonly isResumed: boolean; readonly isReused: boolean };

/** Asks once. Without an agent of the caller's own it does so on a new connection. */
async function ask(
  port: number,
  files: CertificateFiles,
  options: RequestOptions & Pick<ConnectionOptions, 'session'> = {},
): Promise<Answer> {
  const asking = request({
    host: '127.0.0.1',
    port,
    path: `${targetPath}/metadata`,
    headers: ownHeaders(),
    agent: new Agent({ keepAlive: false, maxCachedSessions: 0 }),
    rejectUnauthorized: false,
    cert: readFileSync(files.cert),
    key: readFileSync(files.key),
    ...options,
  });
  asking.end();
  const [res] = await once(asking, 'response');
  res.resume();
  const isResumed = res.socket instanceof TLSSocket && res.socket.isSessionReused();
  await once(res, 'end');
  return { status: res.statusCode, isResumed, isReused: asking.reusedSocket };
}

/** A session as a client keeps it after a handshake that was accepted. */
async function sessionOf(port: number, files: CertificateFiles, secureOptions: number): Promise<Buffer> {
  const agent = new Agent({ keepAlive: false, maxCachedSessions: 0 });
  const session = Promise.withResolvers<Buffer>();
  agent.on('keylog', (_line, socket) => socket.on('session', session.resolve));
  expect((await ask(port, files, { agent, secureOptions })).status).toBe(200);
  return session.promise;
}

type Way = {
  readonly way: string;
  /** Prepared while the certificate is good: how to ask each of the edges in turn thereafter. */
  readonly prepare: (
    port: number,
    files: CertificateFiles,
    resources: AsyncDisposableStack,
  ) => Promise<readonly (() => Promise<number>)[]>;
};

const ways: readonly Way[] = [
  {
    way: 'a new handshake',
    prepare: async (port, files) => each.map(() => async () => (await ask(port, files)).status),
  },
  {
    way: 'a session resumed by its ticket',
    prepare: async (port, files) => {
      const sessions: Buffer[] = [];
      for (const _ of each) sessions.push(await sessionOf(port, files, 0));
      return sessions.map((session) => async () => {
        const { status, isResumed } = await ask(port, files, { session });
        expect(isResumed).toBe(true);
        return status;
      });
    },
  },
  {
    way: 'a session offered by its id',
    prepare: async (port, files) => {
      const secureOptions = constants.SSL_OP_NO_TICKET;
      const sessions: Buffer[] = [];
      for (const _ of each) sessions.push(await sessionOf(port, files, secureOptions));
      return sessions.map(
        (session) => async () => (await ask(port, files, { session, secureOptions })).status,
      );
    },
  },
  {
    way: 'a connection that stays open',
    prepare: async (port, files, resources) => {
      const agents = each.map(() => new Agent({ keepAlive: true, maxSockets: 1 }));
      for (const agent of agents) {
        resources.defer(() => agent.destroy());
        expect((await ask(port, files, { agent })).status).toBe(200);
      }
      return agents.map((agent) => {
        let refused: number | null = null;
        return async () => {
          // A refusal ends the connection; there is nothing more to ask on it.
          if (refused !== null) return refused;
          const { status, isReused } = await ask(port, files, { agent });
          expect(isReused).toBe(true);
          if (status !== 200) refused = status;
          return status;
        };
      });
    },
  },
];

type Publication = {
  readonly environment: Readonly<Record<string, string>>;
  readonly publish: (crl: string) => void;
};

const publications = [
  {
    by: 'file',
    version: 'TLSv1.2',
    open: async (directory: string, crl: string): Promise<Publication> => {
      const file = join(directory, 'issuing.crl');
      writeFileSync(file, crl);
      return {
        environment: { EDGE_CRL_FILES: `${file},${join(directory, 'root.crl')}` },
        publish: (next) => publish(file, next),
      };
    },
  },
  {
    by: 'URL',
    version: 'TLSv1.3',
    open: async (directory: string, crl: string, resources: AsyncDisposableStack): Promise<Publication> => {
      let [current, edition] = [crl, 1];
      const server = createServer((req, res) => {
        const etag = `"${edition}"`;
        if (req.headers['if-none-match'] === etag) return res.writeHead(304).end();
        res.writeHead(200, { etag }).end(current);
      });
      const port = await listenOnLoopback(server);
      resources.defer(() => void server.close());
      return {
        environment: {
          EDGE_CRL_FILES: join(directory, 'root.crl'),
          EDGE_CRL_URLS: `http://127.0.0.1:${port}/crlc1.crl`,
        },
        publish: (next) => void ([current, edition] = [next, edition + 1]),
      };
    },
  },
];

test.for(publications)(
  'a certificate revoked by $by is refused by every edge within 5 seconds, however its holder comes back ($version)',
  async ({ version, open }) => {
    await using resources = new AsyncDisposableStack();
    const { path: directory } = resources.use(await mkdtempDisposable(join(tmpdir(), 'lab-')));
    const root = await labAuthority('Lab Root');
    const issuing = await labAuthority('Lab Issuing', root);
    const [leaver, stayer] = [await labConsumer(directory, issuing), await labConsumer(directory, issuing)];
    writeFileSync(join(directory, 'root.crl'), await labCrl(root));
    writeFileSync(join(directory, 'ca.pem'), pemOf(root) + pemOf(issuing));
    const publication = await open(directory, await labCrl(issuing), resources);

    const rig = await edgeRig(resources, {
      EDGE_CLIENT_CA_FILE: join(directory, 'ca.pem'),
      // As it comes: the promise is that of the default settings.
      EDGE_CRL_POLL_MS: '',
      EDGE_TLS_MAX_VERSION: version,
      ...publication.environment,
    });
    const ports = [rig.edge.port];
    while (ports.length < edges) {
      const service = createService('edge', resources.use(new AsyncDisposableStack()));
      ports.push((await startEdge(rig.config, service)).https.port);
    }
    const { port } = await startRelay(() => ports, resources);
    const prepared: { readonly way: string; readonly ask: () => Promise<number> }[] = [];
    // One after the other, and each three times: connection by connection the next edge has its turn.
    for (const { way, prepare } of ways)
      for (const asks of await prepare(port, leaver, resources)) prepared.push({ way, ask: asks });

    const next = await labCrl(issuing, { revoked: [leaver.serial], crlNumber: 2, thisUpdate: new Date() });
    publication.publish(next);
    const revokedAtMs = performance.now();
    const acceptedLast = new Map<string, number>();
    let refused = 0;
    while (refused < prepared.length) {
      refused = 0;
      for (const { way, ask: askAgain } of prepared) {
        // An answer may take its time on a machine that has much else to do: what counts is when it was asked for.
        const askedAtMs = performance.now();
        const status = await askAgain();
        expect([200, 495]).toContain(status);
        if (status === 200) acceptedLast.set(way, askedAtMs - revokedAtMs);
        else refused++;
      }
      for (const _edge of each) expect((await ask(port, stayer)).status).toBe(200);
    }
    for (const { way } of ways) expect({ way, ms: acceptedLast.get(way) ?? 0 }).toSatisfy(within5Seconds);
  },
);

const within5Seconds = ({ ms }: { readonly ms: number }) => ms < promisedMs;
