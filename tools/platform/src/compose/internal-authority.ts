import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Authority,
  createAuthority,
  exportPrivateKey,
  issueCertificate,
  loadAuthority,
} from '@ssp/testing';

const dayMs = 24 * 60 * 60 * 1_000;
const leafDays = 397;
const renewDays = 30;

/** The CA of the platform's own services, and of nobody else: consumers and providers have certificates of another. */
export type InternalAuthority = {
  /** Its certificate, PEM. */
  readonly caFile: string;
  /** Gives certificate chain and key of that name, PEM; they are kept until they are about to end. */
  readonly leaf: (
    name: string,
    dnsNames: readonly string[],
  ) => Promise<{ readonly cert: string; readonly key: string }>;
};

/** Makes the CA in an empty folder, or finds it there. */
export async function internalAuthority(folder: string, now: Date): Promise<InternalAuthority> {
  const caFile = join(folder, 'ca.pem');
  if (!existsSync(caFile)) await makeAuthority(folder, now);
  const authority = await loadAuthority(caFile, join(folder, 'ca.key.pem'));
  return {
    caFile,
    async leaf(name, dnsNames) {
      const [certFile, keyFile] = [join(folder, `${name}.pem`), join(folder, `${name}.key.pem`)];
      if (!(await lasts(certFile, [name, ...dnsNames], now))) {
        await issue(authority, { name, dnsNames, certFile, keyFile }, now);
      }
      return { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
    },
  };
}

async function makeAuthority(folder: string, now: Date): Promise<void> {
  const authority = await createAuthority({
    subject: 'C=GB, O=SSP, OU=CA, CN=SSP Platform CA',
    notBefore: daysAfter(now, -1),
    notAfter: daysAfter(now, 3_650),
  });
  const key = await exportPrivateKey(authority.privateKey);
  // Beside its place first: a set-up that is interrupted leaves nothing that looks complete.
  const draft = `${folder}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await writeFile(join(draft, 'ca.key.pem'), key, { mode: 0o600 });
  await writeFile(join(draft, 'ca.pem'), `${authority.certificate.toString('pem')}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
}

async function lasts(certFile: string, names: readonly string[], now: Date): Promise<boolean> {
  try {
    const certificate = new X509Certificate(await readFile(certFile));
    const isNamed = names.every((name) => certificate.checkHost(name) !== undefined);
    return isNamed && Date.parse(certificate.validTo) - now.getTime() >= renewDays * dayMs;
  } catch {
    return false;
  }
}

async function issue(
  authority: Authority,
  leaf: {
    readonly name: string;
    readonly dnsNames: readonly string[];
    readonly certFile: string;
    readonly keyFile: string;
  },
  now: Date,
): Promise<void> {
  const { certificatePem, privateKeyPem } = await issueCertificate(authority, {
    fqdn: leaf.name,
    dnsNames: leaf.dnsNames,
    ipAddresses: ['127.0.0.1'],
    notBefore: daysAfter(now, -1),
    notAfter: daysAfter(now, leafDays),
  });
  // The certificate last: it is what says that both are there.
  await writeFile(leaf.keyFile, privateKeyPem, { mode: 0o600 });
  await writeFile(leaf.certFile, certificatePem);
}

function daysAfter(now: Date, days: number): Date {
  return new Date(now.getTime() + days * dayMs);
}
