import { X509Certificate } from 'node:crypto';

/** Whose a certificate is, and its last moment. */
export type ReadCertificate = { readonly subject: string; readonly notAfterMs: number };

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

const begin = '-----BEGIN CERTIFICATE-----';

/** Reads all certificates of a PEM text: a chain, or a bundle of CAs. Throws where there is none, or one that cannot be read or is cut short. */
export function readCertificates(pem: string): readonly ReadCertificate[] {
  const blocks = pem.match(block);
  if (blocks === null) throw new Error('it holds no certificate');
  const rest = pem.replaceAll(block, '').trimEnd();
  const last = rest.slice(rest.lastIndexOf('\n') + 1);
  if (rest.includes(begin) || (last !== '' && begin.startsWith(last)))
    throw new Error('a certificate in it is cut short');
  return blocks.map((text) => {
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
