import { fileURLToPath } from 'node:url';
import { type DevelopmentPki, type StubProvider } from '@ssp/testing';
import { type EdgeProcess, startEdgeProcess } from './edge-process.ts';
import { endpoint } from './target.ts';

const program = fileURLToPath(new URL('forwarding-only.main.ts', import.meta.url));

/** An edge with nobody to ask and nobody to tell, as a process of its own, so that its memory is nobody else's. */
export function startForwardingEdge(
  pki: DevelopmentPki,
  provider: StubProvider,
  resources: AsyncDisposableStack,
  environment: Readonly<Record<string, string>> = {},
): Promise<EdgeProcess> {
  return startEdgeProcess(
    {
      EDGE_HOST: '127.0.0.1',
      EDGE_HTTPS_PORT: '0',
      EDGE_HTTP_PORT: '0',
      EDGE_DRAIN_GRACE_MS: '0',
      EDGE_TLS_CERT_FILE: pki.edgeServer.cert,
      EDGE_TLS_KEY_FILE: pki.edgeServer.key,
      EDGE_CLIENT_CA_FILE: pki.ca,
      EDGE_CRL_FILES: pki.crls.join(','),
      EDGE_PROVIDER_CERT_FILE: pki.edgeClient.cert,
      EDGE_PROVIDER_KEY_FILE: pki.edgeClient.key,
      EDGE_PROVIDER_CA_FILE: pki.ca,
      EDGE_CONNECT_TO: `orange.testlab.nhs.uk:443:${provider.address}`,
      // Required, and never dialled.
      KAFKA_BROKERS: '127.0.0.1:9',
      ...environment,
    },
    resources,
    [program, endpoint],
  );
}
