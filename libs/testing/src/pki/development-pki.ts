import { X509Certificate } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createAuthority, type Authority } from './authority.ts';
import { developmentLeaves, type DevelopmentLeaf } from './development-leaves.ts';
import { issueCertificate } from './issue-certificate.ts';
import { issueCrl } from './issue-crl.ts';
import { exportPrivateKey, generateKeys } from './keys.ts';
import { pkiPaths, type DevelopmentPki } from './pki-paths.ts';
import { crlValidity, renewCrls } from './renew-crls.ts';

const dayMs = 24 * 60 * 60 * 1000;
const issuingSubject = 'C=GB, O=nhs, OU=CA, CN=SSP Development Issuing CA';

/**
 * Makes the certificates of a development platform under `dir`, or reuses those that are there
 * while they are complete, carry today's names and last for another day.
 * Revocation lists that are close to their end are issued anew; what they revoke stays revoked.
 */
export async function createDevelopmentPki(
  dir: string,
  options: { readonly now: Date },
): Promise<DevelopmentPki> {
  const pki = pkiPaths(dir);
  if (!(await isUsable(pki, options.now))) {
    // Built beside its place and moved there whole: an interrupted run leaves nothing that looks complete.
    const draft = `${dir}.draft`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    await writePki(pkiPaths(draft), options.now);
    await rm(dir, { recursive: true, force: true });
    await rename(draft, dir);
  }
  await renewCrls(pki, options.now);
  return pki;
}

async function isUsable(pki: DevelopmentPki, now: Date): Promise<boolean> {
  const lasts = (certificate: X509Certificate): boolean =>
    Date.parse(certificate.validTo) - now.getTime() >= dayMs;
  try {
    const files = [pki.rootCert, pki.rootKey, pki.issuingCert, pki.issuingKey, ...pki.crls];
    await Promise.all(files.map((file) => access(file)));
    const usable = developmentLeaves(pki).map(async ({ files: { fqdn, cert, key }, flaw, ...names }) => {
      const [certificate] = await Promise.all([
        readFile(cert).then((it) => new X509Certificate(it)),
        access(key),
      ]);
      const named = [fqdn, ...names.dnsNames].every((name) => certificate.checkHost(name) !== undefined);
      return named && (flaw === 'expired' || lasts(certificate));
    });
    const authority = new X509Certificate(await readFile(pki.ca));
    return lasts(authority) && (await Promise.all(usable)).every(Boolean);
  } catch {
    return false;
  }
}

async function writePki(pki: DevelopmentPki, now: Date): Promise<void> {
  const validity = { notBefore: daysAfter(now, -365), notAfter: daysAfter(now, 3650) };
  const root = await createAuthority({
    subject: 'C=GB, O=NHS, OU=CA, CN=SSP Development Root CA',
    ...validity,
  });
  const issuing = await createAuthority({ subject: issuingSubject, issuer: root, ...validity });
  // Says it is the issuing CA in every field and signs with another key: OpenSSL settles on our CA as the issuer,
  // then meets a bad signature (the trap of spec section 4.4).
  const rogue = { ...issuing, privateKey: (await generateKeys()).privateKey };

  const leaves = developmentLeaves(pki);
  // All at once: making the keys is the work, and it runs on the threads of the pool.
  const serialNumbers = await Promise.all(
    leaves.map((leaf) => writeLeaf(leaf.flaw === 'untrusted' ? rogue : issuing, leaf, now)),
  );
  const revoked = serialNumbers.filter((_, index) => leaves[index]?.flaw === 'revoked');

  const [issuingCrl, rootCrl] = await Promise.all([
    issueCrl(issuing, { revoked, crlNumber: 1, ...crlValidity(now) }),
    issueCrl(root, { revoked: [], crlNumber: 1, ...crlValidity(now) }),
  ]);
  const [issuingCrlFile = '', rootCrlFile = ''] = pki.crls;
  await Promise.all([
    writeFile(pki.ca, pemOf(root) + pemOf(issuing)),
    writeFile(pki.rootCert, pemOf(root)),
    writeFile(pki.issuingCert, pemOf(issuing)),
    writeKey(pki.rootKey, await exportPrivateKey(root.privateKey)),
    writeKey(pki.issuingKey, await exportPrivateKey(issuing.privateKey)),
    writeFile(issuingCrlFile, issuingCrl),
    writeFile(rootCrlFile, rootCrl),
  ]);
}

async function writeLeaf(authority: Authority, leaf: DevelopmentLeaf, now: Date): Promise<string> {
  const [fromDays, toDays] = leaf.flaw === 'expired' ? [-60, -30] : [-2, 397];
  const issued = await issueCertificate(authority, {
    fqdn: leaf.files.fqdn,
    dnsNames: leaf.dnsNames,
    ipAddresses: leaf.ipAddresses,
    notBefore: daysAfter(now, fromDays),
    notAfter: daysAfter(now, toDays),
  });
  await Promise.all([
    writeFile(leaf.files.cert, issued.certificatePem),
    writeKey(leaf.files.key, issued.privateKeyPem),
  ]);
  return issued.serialNumber;
}

function writeKey(file: string, pem: string): Promise<void> {
  return writeFile(file, pem, { mode: 0o600 });
}

function pemOf(authority: Authority): string {
  return `${authority.certificate.toString('pem')}\n`;
}

function daysAfter(now: Date, days: number): Date {
  return new Date(now.getTime() + days * dayMs);
}
