import { readFileSync } from 'node:fs';
import { type IncomingMessage, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { listen } from '@ssp/service';
import { type CertificateFiles } from '@ssp/testing';

export type SeenRequest = Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'> & {
  readonly remotePort: number;
};

/** A provider behind mutual TLS that keeps what it saw; `handle` may be replaced between requests. */
export type Provider = { readonly port: number; readonly seen: SeenRequest[]; handle: RequestListener };

/** Starts it with the development PKI's provider certificate, or another one. */
export async function startProvider(
  settings: { readonly caFile: string; readonly certificate: CertificateFiles },
  resources: AsyncDisposableStack,
): Promise<Provider> {
  const seen: SeenRequest[] = [];
  const server = createServer(
    {
      cert: readFileSync(settings.certificate.cert),
      key: readFileSync(settings.certificate.key),
      ca: readFileSync(settings.caFile),
      requestCert: true,
      rejectUnauthorized: true,
      maxVersion: 'TLSv1.2',
    },
    (req, res) => {
      const { method, url, rawHeaders } = req;
      seen.push({ method, url, rawHeaders, remotePort: req.socket.remotePort ?? 0 });
      provider.handle(req, res);
    },
  );
  const { port } = await listen(server, { host: '127.0.0.1', port: 0 }, resources);
  const provider: Provider = { port, seen, handle: answerEmptyBundle };
  return provider;
}

const answerEmptyBundle: RequestListener = (_req, res) => res.end('{"resourceType":"Bundle"}');
