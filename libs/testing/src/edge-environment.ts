import type { DevelopmentPki } from './pki/pki-paths.ts';

/** The environment of an edge on free ports of this machine, before one provider; what it asks and tells is left to add. */
export function edgeEnvironment(pki: DevelopmentPki, providerAddress: string) {
  return {
    EDGE_HOST: '127.0.0.1',
    EDGE_HTTPS_PORT: '0',
    EDGE_HTTP_PORT: '0',
    EDGE_DRAIN_GRACE_MS: '0',
    ...edgeFiles(pki),
    EDGE_CONNECT_TO: `orange.testlab.nhs.uk:443:${providerAddress}`,
  };
}

/** The part of an edge's environment that names its keys, its certificates, and whom it trusts. */
export function edgeFiles(pki: DevelopmentPki) {
  return {
    EDGE_TLS_CERT_FILE: pki.edgeServer.cert,
    EDGE_TLS_KEY_FILE: pki.edgeServer.key,
    EDGE_CLIENT_CA_FILE: pki.ca,
    EDGE_CRL_FILES: pki.crls.join(','),
    EDGE_PROVIDER_CERT_FILE: pki.edgeClient.cert,
    EDGE_PROVIDER_KEY_FILE: pki.edgeClient.key,
    EDGE_PROVIDER_CA_FILE: pki.ca,
  };
}
