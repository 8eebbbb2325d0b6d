import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { listenOnLoopback } from './listen-on-loopback.ts';

/** An identity provider as far as an API sees it: keys, and tokens that are signed with them. */
export type StubIssuer = {
  readonly issuer: string;
  readonly audience: string;
  /** A token in force of an operator called Ada; `claims` and `header` change it, and undefined takes a member away. */
  readonly token: (claims?: object, header?: object, key?: KeyObject) => string;
  /** From now on it signs with another key, and tells that one alone. */
  readonly rotate: () => void;
  /** How often its keys were asked for. */
  readonly keyAsks: () => number;
  /** While it is away it answers 500. */
  readonly setAway: (isAway: boolean) => void;
};

/** Starts one on loopback; `keysHost` is what it calls the host of its keys. */
export async function startStubIssuer(
  resources: AsyncDisposableStack,
  { keysHost = '127.0.0.1' } = {},
): Promise<StubIssuer> {
  let key = newKey();
  let keyAsks = 0;
  let isAway = false;
  const server = createServer((req, res) => {
    const isKeys = req.url === '/keys';
    if (isKeys) keyAsks += 1;
    const { publicKey, kid } = key;
    const body = isKeys
      ? { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' }] }
      : { issuer, jwks_uri: `http://${keysHost}:${port}/keys` };
    res.writeHead(isAway ? 500 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const port = await listenOnLoopback(server);
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = `http://127.0.0.1:${port}`;
  const audience = 'urn:test:ssp';
  return {
    issuer,
    audience,
    token: (claims = {}, header = {}, privateKey = key.privateKey) => {
      const now = Math.floor(Date.now() / 1_000);
      const usual = { iss: issuer, aud: audience, sub: 'ada', name: 'Ada Lovelace', ssp_role: 'operator' };
      const payload = { ...usual, iat: now, exp: now + 300, jti: randomUUID(), ...claims };
      const signed = `${encode({ alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header })}.${encode(payload)}`;
      const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${signed}.${signature.toString('base64url')}`;
    },
    rotate: () => void (key = newKey()),
    keyAsks: () => keyAsks,
    setAway: (away) => void (isAway = away),
  };
}

function newKey() {
  return { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }), kid: randomUUID() };
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
