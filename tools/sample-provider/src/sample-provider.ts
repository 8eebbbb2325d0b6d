import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { listen, type ListenAddress } from '@ssp/service';
import { requiredCiphers } from '@ssp/spine';
import { answerRequests } from './answer-request.ts';
import { checkProxyName } from './check-proxy-name.ts';
import { type ProviderConfig } from './config.ts';

const keepAliveTimeoutMs = 75_000;

/**
 * Starts the sample provider and gives the address in use. Releasing `resources` lets the answers under way
 * finish, and gives up those that a fault holds open.
 */
export async function startSampleProvider(
  { host, port, tls, sspFqdn }: ProviderConfig,
  resources: AsyncDisposableStack,
): Promise<ListenAddress> {
  const [cert, key, ca] = await Promise.all([
    readFile(tls.certFile),
    readFile(tls.keyFile),
    readFile(tls.caFile),
  ]);
  const stopping = new AbortController();
  const proxy = sspFqdn === undefined ? undefined : checkProxyName(sspFqdn);
  const server = createServer(
    {
      cert,
      key,
      ca,
      ciphers: requiredCiphers,
      honorCipherOrder: true,
      dhparam: 'auto',
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.2',
      requestCert: true,
      rejectUnauthorized: true,
      keepAliveTimeout: keepAliveTimeoutMs,
    },
    answerRequests((req) => proxy?.check(req), stopping.signal),
  );
  if (proxy) server.on('secureConnection', proxy.learn);
  const address = await listen(server, { host, port }, resources);
  resources.defer(() => stopping.abort());
  return address;
}
