import type { CertificateFiles, DevelopmentPki } from './pki-paths.ts';

/** One certificate to be issued, and what is wrong with it on purpose. */
export interface DevelopmentLeaf {
  readonly files: CertificateFiles;
  readonly flaw: 'none' | 'revoked' | 'expired' | 'untrusted';
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

const loopback = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1', '::1'] };

/** Every leaf certificate of the development PKI. */
export function developmentLeaves({ consumers, ...services }: DevelopmentPki): readonly DevelopmentLeaf[] {
  const sound = { flaw: 'none', dnsNames: [], ipAddresses: [] } as const;
  return [
    { ...sound, files: consumers.good },
    { ...sound, files: consumers.revoked, flaw: 'revoked' },
    { ...sound, files: consumers.expired, flaw: 'expired' },
    { ...sound, files: consumers.untrusted, flaw: 'untrusted' },
    { ...sound, files: consumers.wrongFqdn },
    { ...sound, files: consumers.other },
    { ...sound, files: services.edgeServer, ...loopback },
    { ...sound, files: services.edgeClient },
    { ...sound, files: services.provider, dnsNames: ['pear.testlab.nhs.uk', 'localhost'] },
    { ...sound, files: services.ldap, ...loopback },
    { ...sound, files: services.sdsClient },
    { ...sound, files: services.internal, ...loopback },
  ];
}
