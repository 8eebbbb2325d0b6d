import { type RequestListener } from 'node:http';

/** Sends plain HTTP on to the TLS listener (spec 3.2, 4.3); the host is taken over only where it is one. */
export function redirectToHttps(httpsPort: () => number): RequestListener {
  return (req, res) => {
    const host = /^([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d+)?$/i.exec(req.headers.host ?? '')?.[1];
    const hsts = { 'strict-transport-security': 'max-age=31536000; includeSubDomains', connection: 'close' };
    if (host === undefined || !(req.url ?? '').startsWith('/')) return res.writeHead(400, hsts).end();
    const port = httpsPort() === 443 ? '' : `:${httpsPort()}`;
    res.writeHead(308, { ...hsts, location: `https://${host}${port}${req.url}` }).end();
  };
}
