import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority } from '../pki/authority.ts';
import { issueCertificate } from '../pki/issue-certificate.ts';

const dayMs = 24 * 3_600_000;

/** Paths of PEM files. */
export interface ServiceFiles {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** Makes a CA as the platform's own is, in a new folder; what it returns gives out certificates to services of that name. */
export async function ownCertificates(dir: string): Promise<(name: string) => Promise<ServiceFiles>> {
  await mkdir(dir);
  const now = Date.now();
  const life = { notBefore: new Date(now - dayMs), notAfter: new Date(now + dayMs) };
  const authority = await createAuthority({ subject: 'O=SSP, CN=SSP Platform CA', ...life });
  const caFile = join(dir, 'ca.pem');
  await writeFile(caFile, authority.certificate.toString('pem'));
  return async (name) => {
    const { certificatePem, privateKeyPem } = await issueCertificate(authority, {
      fqdn: name,
      ipAddresses: ['127.0.0.1'],
      ...life,
    });
    const [certFile, keyFile] = [join(dir, `${name}.pem`), join(dir, `${name}.key.pem`)];
    await writeFile(certFile, certificatePem);
    // A server of Postgres takes no key that others may read.
    await writeFile(keyFile, privateKeyPem, { mode: 0o600 });
    await writeFile(join(dir, `${name}.keystore.pem`), `${privateKeyPem}${certificatePem}`);
    return { caFile, certFile, keyFile };
  };
}
