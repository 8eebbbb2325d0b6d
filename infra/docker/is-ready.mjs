// Ends with status 0 where the service of this container is ready:
//   node is-ready.mjs          asks the admin listener's /readyz
//   node is-ready.mjs <port>   for what has none: is the port open?
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

const timeoutMs = 4_000;
const [port] = process.argv.slice(2);

function isOpen() {
  const socket = connect({ host: '127.0.0.1', port: Number(port), timeout: timeoutMs });
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve('open'));
    socket.once('error', reject);
    socket.once('timeout', () => reject(new Error(`nothing from port ${port}`)));
  }).finally(() => socket.destroy());
}

// oxlint-disable-next-line node/no-process-env -- where the service that it asks got its own from
const { ADMIN_PORT: adminPort, ADMIN_TLS_CA_FILE: caFile } = process.env;

async function readyz() {
  const address = {
    host: '127.0.0.1',
    port: adminPort,
    path: '/readyz',
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
  };
  const asked = Promise.withResolvers();
  const request =
    caFile === undefined
      ? http.get(address, asked.resolve)
      : // Whose name its certificate bears says nothing at this address.
        https.get(
          { ...address, ca: readFileSync(caFile), checkServerIdentity: () => undefined },
          asked.resolve,
        );
  request.once('error', asked.reject);
  const answer = await asked.promise;
  const said = (await text(answer)).trim();
  if (answer.statusCode !== 200) throw new Error(said);
  return said;
}

try {
  process.stdout.write(`${await (port === undefined ? readyz() : isOpen())}\n`);
} catch (error) {
  process.stdout.write(`${error.message}\n`);
  process.exitCode = 1;
}
