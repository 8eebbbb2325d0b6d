import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { type SampleRequest } from './load/sample-request.ts';
import { repositoryRoot } from './paths.ts';
import { type PlatformCard } from './platform/platform-card.ts';

/** Protocol and cipher that the provider chooses for a client that offers all of TLS 1.2, as both proxies do. */
export async function providerTls(card: PlatformCard, request: SampleRequest): Promise<string> {
  const [provider] = card.providers;
  if (provider === undefined) throw new Error('the platform has no provider');
  const { hostname, port } = new URL(`https://${provider.address}`);
  const { good } = card.consumers;
  const [ca, cert, key] = await Promise.all(
    [card.pki.ca, good.cert, good.key].map((file) => readFile(join(repositoryRoot, file))),
  );
  const socket = connect({
    host: hostname,
    port: Number(port),
    servername: request.host,
    maxVersion: 'TLSv1.2',
    ca,
    cert,
    key,
  });
  try {
    await once(socket, 'secureConnect');
    return `${socket.getProtocol()},${socket.getCipher().name}`;
  } finally {
    socket.destroy();
  }
}
