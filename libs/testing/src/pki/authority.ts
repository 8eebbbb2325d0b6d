import { readFile } from 'node:fs/promises';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  AuthorityKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from './x509.ts';
import { importPrivateKey, generateKeys, signingAlgorithm } from './keys.ts';
import { newSerialNumber } from './serial-number.ts';

/** A certificate authority that can sign: its certificate and the private key that belongs to it. */
export interface Authority {
  readonly certificate: X509Certificate;
  readonly privateKey: CryptoKey;
}

/** What a new authority is called, how long it lasts, and who signs it (itself when `issuer` is left out). */
export interface AuthorityRequest {
  /** RFC 4514 order as written, for instance `C=GB, O=NHS, OU=CA, CN=...`. */
  readonly subject: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly issuer?: Authority;
}

/** Makes a certificate authority with a new RSA-2048 key. */
export async function createAuthority(request: AuthorityRequest): Promise<Authority> {
  const keys = await generateKeys();
  const issuer = request.issuer;
  const certificate = await X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    subject: request.subject,
    issuer: issuer?.certificate.subjectName ?? request.subject,
    notBefore: request.notBefore,
    notAfter: request.notAfter,
    publicKey: keys.publicKey,
    signingKey: issuer?.privateKey ?? keys.privateKey,
    signingAlgorithm,
    extensions: [
      new BasicConstraintsExtension(true, issuer === undefined ? 1 : 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer?.certificate.publicKey ?? keys.publicKey),
    ],
  });
  return { certificate, privateKey: keys.privateKey };
}

/** Reads an authority back from its PEM files. */
export async function loadAuthority(certificateFile: string, keyFile: string): Promise<Authority> {
  const [certificatePem, keyPem] = await Promise.all([
    readFile(certificateFile, 'utf8'),
    readFile(keyFile, 'utf8'),
  ]);
  return { certificate: new X509Certificate(certificatePem), privateKey: await importPrivateKey(keyPem) };
}
