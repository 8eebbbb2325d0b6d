// A provider as a process of its own, so that its CPU time is nobody else's: mutual TLS 1.2, and the same answer to everything.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

const [ca = '', cert = '', key = '', answerBytes] = process.argv.slice(2);
const body = Buffer.alloc(Number(answerBytes), 'a');
const server = createServer(
  {
    ca: readFileSync(ca),
    cert: readFileSync(cert),
    key: readFileSync(key),
    requestCert: true,
    rejectUnauthorized: true,
    maxVersion: 'TLSv1.2',
    keepAliveTimeout: 600_000,
  },
  (_req, res) => {
    res.writeHead(200, {
      'Content-Type': 'application/fhir+json',
      'Cache-Control': 'no-store',
      'Content-Length': String(body.length),
    });
    res.end(body);
  },
);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`${JSON.stringify(server.address())}\n`);
process.once('SIGTERM', () => process.exit(0));
