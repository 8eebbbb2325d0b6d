import { join } from 'node:path';

/** One certificate of the development PKI on disk. */
export interface CertificateFiles {
  /** The CN, which is also the first dNSName. */
  readonly fqdn: string;
  /** Leaf and issuing CA, PEM. */
  readonly cert: string;
  /** PKCS#8 PEM, mode 0600. */
  readonly key: string;
}

/** Where everything of a development PKI is; every string but `fqdn` is a path. */
export interface DevelopmentPki {
  readonly dir: string;
  /** Root and issuing CA, PEM: what every party trusts. */
  readonly ca: string;
  readonly rootCert: string;
  readonly rootKey: string;
  readonly issuingCert: string;
  readonly issuingKey: string;
  /** The issuing CA's list first, then the root's; Node needs both (spec section 4.4). */
  readonly crls: readonly string[];
  readonly consumers: {
    readonly good: CertificateFiles;
    readonly revoked: CertificateFiles;
    readonly expired: CertificateFiles;
    /** Signed by a stranger that passes itself off as the issuing CA. */
    readonly untrusted: CertificateFiles;
    /** Sound in every way, but no ASID of the directory has this name. */
    readonly wrongFqdn: CertificateFiles;
    /** The second consumer of the sample directory. */
    readonly other: CertificateFiles;
  };
  /** The proxy towards consumers: its name, localhost and the loopback addresses. */
  readonly edgeServer: CertificateFiles;
  /** The proxy towards providers. */
  readonly edgeClient: CertificateFiles;
  /** Every host of the sample directory's providers. */
  readonly provider: CertificateFiles;
  readonly ldap: CertificateFiles;
  readonly sdsClient: CertificateFiles;
  /** For listeners and clients between our own services. */
  readonly internal: CertificateFiles;
}

const goodConsumer = 'good.consumer.thirdparty.nhs.uk';

/** The layout of a development PKI under `dir`; nothing is read or written. */
export function pkiPaths(dir: string): DevelopmentPki {
  const leaf = (name: string, fqdn: string): CertificateFiles => ({
    fqdn,
    cert: join(dir, `${name}.pem`),
    key: join(dir, `${name}.key.pem`),
  });
  return {
    dir,
    ca: join(dir, 'ca.pem'),
    rootCert: join(dir, 'root.pem'),
    rootKey: join(dir, 'root.key.pem'),
    issuingCert: join(dir, 'issuing.pem'),
    issuingKey: join(dir, 'issuing.key.pem'),
    crls: [join(dir, 'issuing.crl.pem'), join(dir, 'root.crl.pem')],
    consumers: {
      good: leaf('consumer-good', goodConsumer),
      revoked: leaf('consumer-revoked', goodConsumer),
      expired: leaf('consumer-expired', goodConsumer),
      untrusted: leaf('consumer-untrusted', goodConsumer),
      wrongFqdn: leaf('consumer-wrong-fqdn', 'unregistered.consumer.thirdparty.nhs.uk'),
      other: leaf('consumer-other', 'other.consumer.thirdparty.nhs.uk'),
    },
    edgeServer: leaf('edge-server', 'proxy.ssp.example.nhs.uk'),
    edgeClient: leaf('edge-client', 'proxy.ssp.example.nhs.uk'),
    provider: leaf('provider', 'orange.testlab.nhs.uk'),
    ldap: leaf('ldap', 'ldap.ssp.example.nhs.uk'),
    sdsClient: leaf('sds-client', 'sds-client.ssp.example.nhs.uk'),
    internal: leaf('internal', 'internal.ssp.example.nhs.uk'),
  };
}
