import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Authority,
  type CertificateFiles,
  type CertificateRequest,
  createAuthority,
  type CrlRequest,
  issueCertificate,
  issueCrl,
} from '@ssp/testing';

export const dayMs = 24 * 60 * 60_000;
export const daysFromNow = (days: number) => new Date(Date.now() + days * dayMs);
const lasting = () => ({ notBefore: daysFromNow(-30), notAfter: daysFromNow(3_650) });

/** A root of its own, or a CA under one. */
export function labAuthority(commonName: string, issuer?: Authority): Promise<Authority> {
  const subject = `C=GB, O=nhs, OU=CA, CN=${commonName}`;
  return createAuthority({ subject, ...lasting(), ...(issuer !== undefined && { issuer }) });
}

/** A consumer's certificate in `directory`, sound but for what `request` says. */
export async function labConsumer(
  directory: string,
  authority: Authority,
  request: Partial<CertificateRequest> = {},
): Promise<CertificateFiles & { readonly serial: string }> {
  const fqdn = 'lab.consumer.thirdparty.nhs.uk';
  const validity = { notBefore: daysFromNow(-2), notAfter: daysFromNow(30) };
  const issued = await issueCertificate(authority, { fqdn, ...validity, ...request });
  const files = {
    fqdn,
    cert: join(directory, `${issued.serialNumber}.pem`),
    key: join(directory, `${issued.serialNumber}.key.pem`),
  };
  writeFileSync(files.cert, issued.certificatePem);
  writeFileSync(files.key, issued.privateKeyPem);
  return { ...files, serial: issued.serialNumber };
}

/** A CRL of a day's length, but for what `request` says. */
export function labCrl(authority: Authority, request: Partial<CrlRequest> = {}): Promise<string> {
  return issueCrl(authority, {
    revoked: [],
    thisUpdate: new Date(Date.now() - 60_000),
    nextUpdate: daysFromNow(1),
    crlNumber: 1,
    ...request,
  });
}

/** Moves a file into place whole, as a careful publisher does. */
export function publish(file: string, content: string): void {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}

export const pemOf = ({ certificate }: Authority) => `${certificate.toString('pem')}\n`;
