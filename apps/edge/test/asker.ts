import { createSecureContext } from 'node:tls';
import { Pool } from 'undici';
import { type Connection, type ConnectionUser } from '../src/provider/connection.ts';
import { ConnectionPool } from '../src/provider/connection-pool.ts';
import { dial, type KeptSession } from '../src/provider/dial.ts';
import { requestHead } from '../src/provider/request-head.ts';

/** Sends one GET and resolves with the bytes of the answer's body once it is whole. */
export type Asker = () => Promise<number>;

/** Who is asked, as whom, and for what. */
export type Asked = {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };
  readonly connections: number;
  readonly path: string;
  /** Names and values in turn. */
  readonly fields: readonly string[];
};

/** The edge's own client. */
export function ownAsker(asked: Asked, resources: AsyncDisposableStack): Asker {
  const { host, port, connections, path, fields } = asked;
  const context = createSecureContext({ ...asked.tls, maxVersion: 'TLSv1.2' });
  const session: KeptSession = { ticket: null, verifiedAtMs: 0, generation: 0 };
  const destination = { host, fqdn: null, address: { host: '127.0.0.1', port } };
  const pool = new ConnectionPool(
    (dialled) => dial(destination, { context, generation: 0 }, session, dialled),
    {
      connectionsMax: connections,
      waitingMax: connections,
      keepAliveMs: 600_000,
      headBytesMax: 65_536,
      headersMax: 256,
      closeDelimited: false,
    },
    () => 0,
    { opened: () => undefined, refused: () => undefined },
  );
  resources.defer(() => pool.close());
  return () =>
    new Promise((resolve, reject) => {
      let bytes = 0;
      const user: ConnectionUser = {
        head: ({ status }) => {
          if (status !== 200) reject(new Error(`status ${status}`));
        },
        data: (chunk) => {
          bytes += chunk.length;
        },
        end: () => resolve(bytes),
        fail: reject,
        drained: () => undefined,
      };
      pool.acquire({
        wantsFresh: false,
        connected: (connection: Connection) => {
          connection.begin(user);
          connection.write(requestHead('GET', path, fields));
          connection.endRequest();
        },
        fail: reject,
      });
    });
}

/** undici's pool, at its lowest door. */
export function undiciAsker(asked: Asked, resources: AsyncDisposableStack): Asker {
  const { host, port, tls, connections, path } = asked;
  const pool = new Pool(`https://127.0.0.1:${port}`, {
    connections,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: 600_000,
    connect: { ...tls, servername: host, maxVersion: 'TLSv1.2' },
  });
  resources.defer(() => pool.close());
  const headers = [...asked.fields];
  return () =>
    new Promise((resolve, reject) => {
      let bytes = 0;
      pool.dispatch(
        { method: 'GET', path, headers },
        {
          onRequestStart: () => undefined,
          onResponseStart: (_controller, status) => {
            if (status !== 200) reject(new Error(`status ${status}`));
          },
          onResponseData: (_controller, chunk) => {
            bytes += chunk.length;
          },
          onResponseEnd: () => resolve(bytes),
          onResponseError: (_controller, error) => reject(error),
        },
      );
    });
}
