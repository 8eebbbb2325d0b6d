// Ends with status 0 where the service of this container is ready:
//   node is-ready.mjs          asks the admin listener's /readyz
//   node is-ready.mjs <port>   for what has none: is the port open?
import { connect } from 'node:net';

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

async function readyz() {
  // oxlint-disable-next-line node/no-process-env -- where the service that it asks got its port from
  const answer = await fetch(`http://127.0.0.1:${process.env['ADMIN_PORT']}/readyz`, {
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = (await answer.text()).trim();
  if (!answer.ok) throw new Error(text);
  return text;
}

try {
  process.stdout.write(`${await (port === undefined ? readyz() : isOpen())}\n`);
} catch (error) {
  process.stdout.write(`${error.message}\n`);
  process.exitCode = 1;
}
