import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CertificateFiles } from '@ssp/testing';
import { afterAll, expect, test } from 'vitest';
import { createConsumer } from './consumer.ts';
import { daysFromNow, labAuthority, labConsumer, labCrl, pemOf } from './lab-pki.ts';
import { edgeRig, ownHeaders, targetPath } from './rig.ts';
import { backingServices } from '@ssp/testing/vitest';

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());
const { path: directory } = resources.use(await mkdtempDisposable(join(tmpdir(), 'lab-')));
const { pki } = backingServices();

const [root, stranger] = await Promise.all([labAuthority('Lab Root'), labAuthority('Stranger')]);
const [issuing, revokedCa, silentCa, lapsedCa, unlistedCa] = await Promise.all([
  labAuthority('Lab Issuing', root),
  labAuthority('Lab Revoked CA', root),
  labAuthority('Lab Silent CA', root),
  labAuthority('Lab Lapsed CA', root),
  labAuthority('Lab Unlisted CA', root),
]);
const revokedLeaf = await labConsumer(directory, issuing);
const crls = {
  root: await labCrl(root, { revoked: [revokedCa.certificate.serialNumber] }),
  issuing: await labCrl(issuing, { revoked: [revokedLeaf.serial] }),
  revokedCa: await labCrl(revokedCa),
  lapsedCa: await labCrl(lapsedCa, { nextUpdate: daysFromNow(-0.001) }),
};
writeFileSync(join(directory, 'bundle.crl'), Object.values(crls).join(''));
writeFileSync(
  join(directory, 'ca.pem'),
  readFileSync(pki.ca, 'utf8') + [root, issuing, revokedCa, silentCa, lapsedCa].map(pemOf).join(''),
);
const rig = await edgeRig(resources, {
  EDGE_CLIENT_CA_FILE: join(directory, 'ca.pem'),
  EDGE_CRL_FILES: [...pki.crls, join(directory, 'bundle.crl')].join(','),
});

const lab = (authority: typeof root, request: Parameters<typeof labConsumer>[2] = {}) =>
  labConsumer(directory, authority, request);

/** Without the CA that issued it. */
async function alone(files: Promise<CertificateFiles>): Promise<CertificateFiles> {
  const { cert, ...rest } = await files;
  const [leaf = ''] = readFileSync(cert, 'utf8').split(/(?<=-----END CERTIFICATE-----\n)/);
  writeFileSync(cert, leaf);
  return { cert, ...rest };
}

const name = 'CN=lab.consumer.thirdparty.nhs.uk';

async function asked(files: CertificateFiles) {
  const consumer = createConsumer(rig.edge, files, resources);
  const answer = await consumer.send({ path: `${targetPath}/metadata`, headers: ownHeaders() });
  return { answer, audited: await rig.events.completedOf(String(answer.headers['x-ssp-internalid'])) };
}

test.for([
  { certificate: 'sound', make: () => lab(issuing) },
  { certificate: 'sound, sent without its CA', make: () => alone(lab(issuing)) },
  {
    certificate: 'of O=NHS in capitals',
    make: () => lab(issuing, { subject: `O=NHS, OU=devices, ${name}` }),
  },
  {
    certificate: 'of several OUs',
    make: () => lab(issuing, { subject: `O=nhs, OU=Hospital, OU=Devices, ${name}` }),
  },
  {
    certificate: 'named by a dNSName alone',
    make: () => lab(issuing, { subject: 'O=nhs, OU=Devices' }),
  },
])('a certificate $certificate is accepted, and the audit says under which CRLs', async ({ make }) => {
  const { answer, audited } = await asked(await make());
  expect(answer.status).toBe(200);
  expect(audited.connection.revocation).toBe('fresh');
});

test.for([
  {
    certificate: 'of a dead date',
    make: () => lab(issuing, { notBefore: daysFromNow(-9), notAfter: daysFromNow(-1) }),
    refusal: 'certificate-expired',
    detail: 'CERT_HAS_EXPIRED',
  },
  {
    certificate: 'of a day to come',
    make: () => lab(issuing, { notBefore: daysFromNow(1) }),
    refusal: 'certificate-not-yet-valid',
    detail: 'CERT_NOT_YET_VALID',
  },
  {
    certificate: "of a stranger's CA",
    make: () => lab(stranger),
    refusal: 'certificate-untrusted',
    detail: 'SELF_SIGNED_CERT_IN_CHAIN',
  },
  {
    certificate: 'that pretends to be of our CA',
    make: async () => pki.consumers.untrusted,
    refusal: 'certificate-untrusted',
    detail: null,
  },
  {
    certificate: 'for servers alone',
    make: () => lab(issuing, { usages: ['serverAuth'] }),
    refusal: 'certificate-wrong-purpose',
    detail: 'INVALID_PURPOSE',
  },
  {
    certificate: 'without a CA that it needs',
    make: () => alone(lab(unlistedCa)),
    refusal: 'certificate-chain-incomplete',
    detail: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  },
  {
    certificate: 'of a CA that is not in the trust set, though its root is',
    make: () => lab(unlistedCa),
    refusal: 'certificate-untrusted',
    detail: 'no chain within the trust set',
  },
  {
    certificate: 'without O',
    make: () => lab(issuing, { subject: `OU=Devices, ${name}` }),
    refusal: 'certificate-dn-attribute-missing',
    detail: 'O=nhs',
  },
  {
    certificate: 'of another O',
    make: () => lab(issuing, { subject: `O=acme, OU=Devices, ${name}` }),
    refusal: 'certificate-dn-attribute-differs',
    detail: 'O=nhs',
  },
  {
    certificate: 'of other OUs',
    make: () => lab(issuing, { subject: `O=nhs, OU=CA, OU=Staff, ${name}` }),
    refusal: 'certificate-dn-attribute-differs',
    detail: 'OU=Devices',
  },
  {
    certificate: 'without a name',
    make: () => lab(issuing, { fqdn: null }),
    refusal: 'certificate-name-missing',
    detail: null,
  },
  {
    certificate: 'of a wildcard',
    make: () => lab(issuing, { fqdn: null, subject: 'O=nhs, OU=Devices, CN=*.nhs.uk' }),
    refusal: 'certificate-name-missing',
    detail: null,
  },
  {
    certificate: 'that is revoked',
    make: async () => revokedLeaf,
    refusal: 'certificate-revoked',
    detail: null,
  },
  {
    certificate: 'whose CA is revoked',
    make: () => lab(revokedCa),
    refusal: 'certificate-issuer-revoked',
    detail: null,
  },
  {
    certificate: 'whose CA has no CRL',
    make: () => lab(silentCa),
    refusal: 'no-crl-in-force',
    detail: 'missing',
  },
  {
    certificate: "whose CA's CRL has ended",
    make: () => lab(lapsedCa),
    refusal: 'no-crl-in-force',
    detail: 'expired',
  },
])('a certificate $certificate is refused: $refusal', async ({ make, refusal, detail }) => {
  const { answer, audited } = await asked(await make());
  expect(answer.status).toBe(495);
  expect(answer.headers['connection']).toBe('close');
  // All look alike to the caller.
  expect(answer.body.toString()).toContain('SSL_CERTIFICATE_ERROR');
  expect(answer.body.toString()).not.toContain(refusal);
  expect({ refusal: audited.refusal, detail: audited.refusalDetail }).toEqual({ refusal, detail });
  expect(audited.connection.revocation).toBeNull();
});

test('the DN is audited as the certificate has it, escaped', async () => {
  const subject = `O=nhs, OU=Devices, L=Bath\\, Avon, ${name}`;
  const { connection } = (await asked(await lab(issuing, { subject }))).audited;
  expect(connection.certificateDn).toBe(subject);
});

test('of two hierarchies one without a CRL leaves the edge ready, and says which', async () => {
  const { checks } = await rig.service.health.report();
  expect(checks['crl']).toMatch(/^ok, but .*no CRL of Lab Silent CA/);
  expect(checks['crl']).toMatch(/the CRL of Lab Lapsed CA passed its nextUpdate at 2/);
});
