import { X509Certificate } from 'node:crypto';
import { certificateBlocks } from './certificate-blocks.ts';

/** Whose a certificate is, and its last moment. */
export type ReadCertificate = { readonly subject: string; readonly notAfterMs: number };

/** Reads all certificates of a PEM text: a chain, or a bundle of CAs. Throws where there is none, or one that cannot be read or is cut short. */
export function readCertificates(pem: string): readonly ReadCertificate[] {
  return certificateBlocks(pem).map((text) => {
    const certificate = new X509Certificate(text);
    return { subject: subjectOf(certificate), notAfterMs: certificate.validToDate.getTime() };
  });
}

/** Its common name; of one without, whatever else tells it from others. */
function subjectOf({ subject, subjectAltName, serialNumber }: X509Certificate): string {
  const commonName = /^CN=(.+)$/m.exec(subject)?.[1];
  if (commonName !== undefined) return commonName;
  if (subjectAltName !== undefined && subjectAltName !== '') return subjectAltName.split(', ', 1).join('');
  return subject === '' ? `serial number ${serialNumber}` : subject.replaceAll('\n', ', ');
}
