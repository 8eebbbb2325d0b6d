import { createServer, type Server } from 'node:http';
import { type Duplex } from 'node:stream';
import { type EdgeMetrics } from './metrics.ts';

const hsts = 'max-age=31536000; includeSubDomains';
const hostForm = /^([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?$/i;
const timeoutMs = 10_000;
const connectionsMax = 1_000;

/**
 * Sends plain HTTP on to the TLS listener (spec 3.2, 4.3). The host is taken over only where it is one; a connection
 * serves one request and is bounded in every way, since nobody needs to be known for it.
 */
export function redirectToHttps(httpsPort: () => number, metrics: EdgeMetrics): Server {
  const server = createServer(
    {
      requireHostHeader: false,
      headersTimeout: timeoutMs,
      requestTimeout: timeoutMs,
      connectionsCheckingInterval: 1_000,
    },
    (req, res) => {
      const host = hostForm.exec(req.headers.host ?? '')?.[1];
      const target = req.url ?? '';
      const headers = { 'strict-transport-security': hsts, connection: 'close' };
      const port = httpsPort() === 443 ? '' : `:${httpsPort()}`;
      const isSound = host !== undefined && target.startsWith('/') && printable.test(target);
      const status = isSound ? 308 : 400;
      metrics.redirects.inc({ status });
      res.writeHead(status, isSound ? { ...headers, location: `https://${host}${port}${target}` } : headers);
      res.end();
    },
  );
  server.maxConnections = connectionsMax;
  server.timeout = timeoutMs;
  const refuse = (socket: Duplex, status: 400 | 405 | 408, reason: string) => {
    metrics.redirects.inc({ status });
    socket.end(
      `HTTP/1.1 ${status} ${reason}\r\nStrict-Transport-Security: ${hsts}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      () => socket.destroy(),
    );
  };
  server.on('connect', (_req, socket) => {
    socket.on('error', () => undefined);
    refuse(socket, 405, 'Method Not Allowed');
  });
  server.on('clientError', (error, socket) => {
    const isLate = 'code' in error && error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    if (!socket.writable) socket.destroy();
    else if (isLate) refuse(socket, 408, 'Request Timeout');
    else refuse(socket, 400, 'Bad Request');
  });
  return server;
}

// What a header may hold without a second look at its meaning.
const printable = /^[\x21-\x7e]+$/;
