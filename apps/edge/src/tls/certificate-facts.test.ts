import { X509Certificate } from 'node:crypto';
import { createAuthority, issueCertificate } from '@ssp/testing';
import { expect, test } from 'vitest';
import { readCertificateFacts } from './certificate-facts.ts';

const notBefore = new Date('2026-01-02T03:04:05Z');
const notAfter = new Date('2027-01-02T03:04:05Z');

test('a certificate says what its issuer has written, and OpenSSL reads the same', async () => {
  const authority = await createAuthority({ subject: 'C=GB, O=nhs, CN=CA', notBefore, notAfter });
  const points = ['http://crl.example.nhs.uk/int/1d/crlc2.crl', 'http://crl.example.nhs.uk/int/1d/crlc3.crl'];
  const issued = await issueCertificate(authority, {
    fqdn: 'a.nhs.uk',
    dnsNames: ['b.nhs.uk'],
    ipAddresses: ['127.0.0.1'],
    subject: 'O=nhs, OU=Devices+OU=Wards, L=Zürich, CN=a.nhs.uk',
    distributionPoints: points,
    notBefore,
    notAfter,
  });
  const x509 = new X509Certificate(issued.certificatePem);
  const facts = readCertificateFacts(x509.raw);
  expect(facts).toMatchObject({
    serial: x509.serialNumber,
    subjectText: 'O=nhs, OU=Devices+OU=Wards, L=Zürich, CN=a.nhs.uk',
    commonNames: ['a.nhs.uk'],
    dnsNames: ['a.nhs.uk', 'b.nhs.uk'],
    validFromMs: notBefore.getTime(),
    validToMs: notAfter.getTime() + 1_000,
    isCa: false,
    maySignCrls: false,
    distributionPoints: points,
  });
  const ca = readCertificateFacts(Buffer.from(authority.certificate.rawData));
  expect(ca).toMatchObject({ isCa: true, maySignCrls: true, distributionPoints: [] });
  expect(facts.issuer).toBe(ca.subject);
});
