import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { connect } from 'node:tls';
import { type DevelopmentPki, issueCertificate, issueCrl, loadAuthority, renewCrls } from '@ssp/testing';
import { type Drill } from '../drill.ts';
import { until } from '../until.ts';

const dayMs = 86_400_000;
/** By the revocation that the platform promises. */
const servedWithinMs = 15_000;

/** The certificate that consumers are shown is replaced, with its key. */
export const certificateRotated: Drill = {
  name: 'certificate-rotated',
  does: 'The certificate shown to consumers, and its key, are replaced in their files',
  expected: 'New connections are shown the new one within seconds; no request notices',
  allowed: { refusals: [], cutOff: false },
  run: async ({ pki, card }) => {
    const serial = await issueEdgeCertificate(pki);
    await until(
      'the new certificate is shown',
      async () => (await shownSerial(card.edge.https)) === serial,
      30_000,
    );
  },
};

/** The list of revoked certificates ends before there is a new one. */
export const crlExpires: Drill = {
  name: 'crl-expires',
  does: 'The list of revoked certificates of the issuing CA ends; a new one comes later',
  expected: 'Refused with 495 once it has ended, and served again within 15 s of the new one',
  allowed: { refusals: ['no-crl-in-force'], cutOff: false },
  run: async ({ pki }, traffic) => {
    const [crl = ''] = pki.crls;
    const now = Date.now();
    const ending = await issueCrl(await loadAuthority(pki.issuingCert, pki.issuingKey), {
      revoked: [],
      crlNumber: Math.floor(now / 1_000),
      thisUpdate: new Date(now),
      nextUpdate: new Date(now + 6_000),
    });
    await replace(crl, ending);
    try {
      await until('refused with 495', () => traffic.answered(495) > 40, 60_000);
    } finally {
      await renewCrls(pki, new Date());
    }
    await until('served again after the new list', traffic.servesAgain(), servedWithinMs);
  },
};

/** Gives its serial number. */
async function issueEdgeCertificate(pki: DevelopmentPki): Promise<string> {
  const { fqdn, cert, key } = pki.edgeServer;
  const names = (new X509Certificate(await readFile(cert)).subjectAltName ?? '').split(', ');
  const after = (prefix: string) =>
    names.filter((it) => it.startsWith(prefix)).map((it) => it.slice(prefix.length));
  const issued = await issueCertificate(await loadAuthority(pki.issuingCert, pki.issuingKey), {
    fqdn,
    dnsNames: after('DNS:').filter((it) => it !== fqdn),
    ipAddresses: after('IP Address:'),
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + 30 * dayMs),
  });
  await replace(key, issued.privateKeyPem);
  await replace(cert, issued.certificatePem);
  return new X509Certificate(issued.certificatePem).serialNumber;
}

/** What a new connection is shown. */
async function shownSerial(edgeUrl: string): Promise<string | undefined> {
  const { hostname: host, port } = new URL(edgeUrl);
  const socket = connect({ host, port: Number(port), rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerX509Certificate()?.serialNumber;
  } finally {
    socket.destroy();
  }
}

async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.draft`, text, { mode: 0o600 });
  await rename(`${file}.draft`, file);
}
