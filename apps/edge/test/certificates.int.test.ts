import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect as tlsConnect } from 'node:tls';
import { issueCrl, loadAuthority } from '@ssp/testing';
import { afterAll, expect, test, vi } from 'vitest';
import { createConsumer } from './consumer.ts';
import { edgeRig, ownHeaders, targetPath } from './rig.ts';

const resources = new AsyncDisposableStack();
const rig = await edgeRig(resources);
afterAll(() => resources.disposeAsync());

async function exchangesCounted(): Promise<number> {
  const metric = await rig.service.metrics.getSingleMetric('ssp_edge_exchanges_total')?.get();
  return (metric?.values ?? []).reduce((sum, { value }) => sum + value, 0);
}

test.for([
  { certificate: null, status: 496, refusal: 'certificate-missing' },
  { certificate: 'revoked', status: 495, refusal: 'certificate-revoked' },
  { certificate: 'expired', status: 495, refusal: 'certificate-expired' },
  { certificate: 'untrusted', status: 495, refusal: 'certificate-untrusted' },
] as const)(
  'a $certificate certificate is answered $status over HTTP, the connection closed, and audited',
  async ({ certificate, status, refusal }) => {
    const files = certificate === null ? null : rig.pki.consumers[certificate];
    const consumer = createConsumer(rig.edge, files, resources);
    const before = rig.provider.requests.length;
    const counted = await exchangesCounted();
    const headers = ownHeaders();
    const answer = await consumer.send({ path: `${targetPath}/metadata`, headers });
    expect(answer.status).toBe(status);
    expect(answer.headers['connection']).toBe('close');
    expect(answer.headers['strict-transport-security']).toBeDefined();
    expect(answer.body.toString()).toContain('OperationOutcome');
    expect(rig.provider.requests.length).toBe(before);
    expect(await rig.events.completedOf(String(answer.headers['x-ssp-internalid']))).toMatchObject({
      refusal,
      status,
      outcome: 'refused',
    });
    // A forged issuer's handshake is answered before the request is read.
    const known = refusal === 'certificate-untrusted' ? null : headers['Ssp-From'];
    expect(rig.events.received.get(String(answer.headers['x-ssp-internalid']))?.data.from).toBe(known);
    expect(await exchangesCounted()).toBe(counted + 1);
  },
);

test('a certificate whose name authz knows for nobody is answered 495', async () => {
  rig.authz.answer = () => ({
    decision: 'refuse',
    decisionId: 'd',
    rulesVersion: '1',
    parties: { senderOds: null, receiverOds: null, supplier: null },
    refusal: 'certificate-name-unknown',
  });
  const consumer = createConsumer(rig.edge, rig.pki.consumers.wrongFqdn, resources);
  const answer = await consumer.send({ path: `${targetPath}/metadata`, headers: ownHeaders() });
  expect(answer.status).toBe(495);
  expect(answer.headers['connection']).toBe('close');
});

test.for(['TLSv1.1', 'TLSv1.3'] as const)('%s is not spoken', async (version) => {
  const socket = tlsConnect({
    port: rig.edge.port,
    ca: readFileSync(rig.pki.ca),
    minVersion: version,
    maxVersion: version,
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  await expect(once(socket, 'secureConnect')).rejects.toThrow(/alert|protocol|version/i);
});

async function issue(
  rigOf: Awaited<ReturnType<typeof edgeRig>>,
  list: { readonly revoked: readonly string[]; readonly nextUpdate: Date },
): Promise<void> {
  const [file = ''] = rigOf.crls;
  const authority = await loadAuthority(rigOf.pki.issuingCert, rigOf.pki.issuingKey);
  const pem = await issueCrl(authority, {
    ...list,
    thisUpdate: new Date(Date.now() - 60_000),
    crlNumber: 9_999_999,
  });
  // Moved into place, as a careful publisher does.
  writeFileSync(`${file}.new`, pem);
  renameSync(`${file}.new`, file);
}

test('a new CRL refuses the next request on a connection that is already open', async () => {
  await using own = new AsyncDisposableStack();
  const live = await edgeRig(own);
  const before = await live.good.send({ path: `${targetPath}/metadata`, headers: ownHeaders() });
  expect(before.status).toBe(200);
  const { serialNumber } = new X509Certificate(readFileSync(live.pki.consumers.good.cert));
  await issue(live, { revoked: [serialNumber], nextUpdate: new Date(Date.now() + 3_600_000) });
  await vi.waitFor(
    async () => {
      const after = await live.good.send({ path: `${targetPath}/metadata`, headers: ownHeaders() });
      expect(after.status).toBe(495);
    },
    { timeout: 30_000, interval: 50 },
  );
  const other = createConsumer(live.edge, live.pki.consumers.other, own);
  expect((await other.send({ path: `${targetPath}/metadata`, headers: ownHeaders() })).status).toBe(200);
});

test('a CRL past its nextUpdate closes the door: 495, and the edge is not ready', async () => {
  await using own = new AsyncDisposableStack();
  const live = await edgeRig(own);
  await issue(live, { revoked: [], nextUpdate: new Date(Date.now() - 1_000) });
  await vi.waitFor(
    async () => {
      const after = await live.good.send({ path: `${targetPath}/metadata`, headers: ownHeaders() });
      expect(after.status).toBe(495);
    },
    { timeout: 30_000, interval: 50 },
  );
  expect((await live.service.health.report()).checks['crl']).toContain('nextUpdate');
});

test('a broken CRL file never replaces a good one', async () => {
  await using own = new AsyncDisposableStack();
  const live = await edgeRig(own, { EDGE_CRL_POLL_MS: '20' });
  const [file = ''] = live.crls;
  const revoked = createConsumer(live.edge, live.pki.consumers.revoked, own);
  writeFileSync(file, 'no CRL at all');
  const look = async () => {
    expect((await live.good.send({ path: `${targetPath}/metadata`, headers: ownHeaders() })).status).toBe(
      200,
    );
    expect((await revoked.send({ path: `${targetPath}/metadata`, headers: ownHeaders() })).status).toBe(495);
  };
  for (let count = 0; count < 10; count++) await look();
});
