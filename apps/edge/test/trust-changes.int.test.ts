import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { expect, test, vi } from 'vitest';
import { createConsumer } from './consumer.ts';
import { daysFromNow, labAuthority, labConsumer, labCrl, pemOf, publish } from './lab-pki.ts';
import { edgeRig, ownHeaders, targetPath } from './rig.ts';

// Longer than any of it takes, on a machine that has much else to do.
const soon = { timeout: 20_000, interval: 50 };

async function lab(resources: AsyncDisposableStack) {
  const { path: directory } = resources.use(await mkdtempDisposable(join(tmpdir(), 'lab-')));
  const root = await labAuthority('Lab Root');
  const issuing = await labAuthority('Lab Issuing', root);
  const files = { ca: join(directory, 'ca.pem'), crl: join(directory, 'issuing.crl') };
  writeFileSync(files.ca, pemOf(root) + pemOf(issuing));
  writeFileSync(files.crl, await labCrl(issuing));
  writeFileSync(join(directory, 'root.crl'), await labCrl(root));
  const environment = {
    EDGE_CLIENT_CA_FILE: files.ca,
    EDGE_CRL_FILES: `${files.crl},${join(directory, 'root.crl')}`,
  };
  return { directory, root, issuing, files, environment };
}

const serialOf = (files: { readonly cert: string }) =>
  new X509Certificate(readFileSync(files.cert)).serialNumber;
const exchange = { path: `${targetPath}/metadata`, headers: ownHeaders() };

test('a CA that is taken out of the trust set is refused on connections that are open, and taken back in', async () => {
  await using resources = new AsyncDisposableStack();
  const { directory, root, issuing, files, environment } = await lab(resources);
  const rig = await edgeRig(resources, environment);
  const holder = await labConsumer(directory, issuing);
  const consumer = createConsumer(rig.edge, holder, resources);
  expect((await consumer.send(exchange)).status).toBe(200);
  publish(files.ca, pemOf(root));
  const refused = await vi.waitFor(async () => {
    const answer = await consumer.send(exchange);
    expect(answer.status).toBe(495);
    return rig.events.completedOf(String(answer.headers['x-ssp-internalid']));
  }, soon);
  expect(refused.refusal).toBe('certificate-untrusted');
  publish(files.ca, pemOf(root) + pemOf(issuing));
  await vi.waitFor(async () => expect((await consumer.send(exchange)).status).toBe(200), soon);
  publish(files.ca, 'no certificate');
  expect((await consumer.send(exchange)).status).toBe(200);
});

test('past its nextUpdate a CRL is believed for the grace, and the audit says so', async () => {
  await using resources = new AsyncDisposableStack();
  const { directory, issuing, files, environment } = await lab(resources);
  const rig = await edgeRig(resources, { ...environment, EDGE_CRL_GRACE_SECONDS: '3600' });
  const consumer = createConsumer(rig.edge, await labConsumer(directory, issuing), resources);
  publish(files.crl, await labCrl(issuing, { crlNumber: 2, nextUpdate: daysFromNow(-0.001) }));
  await vi.waitFor(async () => {
    const answer = await consumer.send(exchange);
    const { connection } = await rig.events.completedOf(String(answer.headers['x-ssp-internalid']));
    expect({ status: answer.status, revocation: connection.revocation }).toEqual({
      status: 200,
      revocation: 'grace',
    });
  }, soon);
  expect((await rig.service.health.report()).checks['crl']).toMatch(
    /^ok, but the CRL of Lab Issuing .* grace$/,
  );
  const shown = 'ssp_edge_crl_state{issuer="Lab Issuing",state="grace"} 1';
  // Not the whole page in a failure's message.
  await vi.waitFor(
    async () => expect((await rig.service.metrics.metrics()).includes(shown)).toBe(true),
    soon,
  );
});

test('an older CRL that comes again, and one of a stranger, leave the one in force', async () => {
  await using resources = new AsyncDisposableStack();
  const { directory, issuing, files, environment } = await lab(resources);
  const rig = await edgeRig(resources, environment);
  const holder = await labConsumer(directory, issuing);
  const consumer = createConsumer(rig.edge, holder, resources);
  const former = readFileSync(files.crl, 'utf8');
  publish(files.crl, await labCrl(issuing, { crlNumber: 2, revoked: [holder.serial] }));
  await vi.waitFor(async () => expect((await consumer.send(exchange)).status).toBe(495), soon);
  const refused = async (reason: string) => {
    const text = await rig.service.metrics.metrics();
    expect(text.includes(`ssp_edge_crls_refused_total{reason="${reason}"} 1`)).toBe(true);
  };
  publish(files.crl, former);
  await vi.waitFor(() => refused('older'), soon);
  publish(files.crl, await labCrl(await labAuthority('Lab Issuing'), { crlNumber: 3 }));
  await vi.waitFor(() => refused('signature-wrong'), soon);
  expect((await consumer.send(exchange)).status).toBe(495);
});

test('a CRL whose file is gone stays in force, and the look at it grows old', async () => {
  await using resources = new AsyncDisposableStack();
  const { directory, issuing, files, environment } = await lab(resources);
  const holder = await labConsumer(directory, issuing);
  writeFileSync(files.crl, await labCrl(issuing, { revoked: [holder.serial] }));
  const rig = await edgeRig(resources, { ...environment, EDGE_CRL_POLL_MS: '20' });
  const [bad, good] = [holder, await labConsumer(directory, issuing)].map((it) =>
    createConsumer(rig.edge, it, resources),
  );
  rmSync(files.crl);
  const age = /ssp_edge_crl_look_age_seconds\{kind="file"\} ([\d.]+)/;
  await vi.waitFor(async () => {
    const [, seconds] = age.exec(await rig.service.metrics.metrics()) ?? [];
    expect(Number(seconds)).toBeGreaterThan(0.5);
  }, soon);
  expect((await good?.send(exchange))?.status).toBe(200);
  expect((await bad?.send(exchange))?.status).toBe(495);
});

test.for([
  { fault: 'is none', content: async () => 'no CRL', said: 'no CRL in it' },
  {
    fault: 'a stranger has signed',
    content: async () => labCrl(await labAuthority('Lab Issuing')),
    said: 'refused: signature-wrong',
  },
])('an edge does not start on a CRL that $fault, and names the file', async ({ content, said }) => {
  await using resources = new AsyncDisposableStack();
  const { files, environment } = await lab(resources);
  writeFileSync(files.crl, await content());
  await expect(edgeRig(resources, environment)).rejects.toThrow(`EDGE_CRL_FILES: ${files.crl}: ${said}`);
});

test('an edge starts without an answer from a distribution point, refusing, and serves once there is one', async () => {
  await using resources = new AsyncDisposableStack();
  const { directory, issuing, environment } = await lab(resources);
  const crl = await labCrl(issuing);
  let status = 503;
  const publisher = createServer((_req, res) => res.writeHead(status).end(crl));
  publisher.listen(0, '127.0.0.1');
  await once(publisher, 'listening');
  resources.defer(() => void publisher.close());
  const address = publisher.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  const rig = await edgeRig(resources, {
    ...environment,
    EDGE_CRL_FILES: join(directory, 'root.crl'),
    EDGE_CRL_URLS: `http://127.0.0.1:${port}/int/1d/crlc2.crl`,
    EDGE_CRL_URL_POLL_MS: '50',
  });
  const consumer = createConsumer(rig.edge, await labConsumer(directory, issuing), resources);
  expect((await consumer.send(exchange)).status).toBe(495);
  expect((await rig.service.health.report()).checks['crl']).toBe('no CRL of Lab Issuing');
  status = 200;
  await vi.waitFor(async () => expect((await consumer.send(exchange)).status).toBe(200), soon);
});

test('a new certificate is shown without a restart; one without its key is not', async () => {
  await using resources = new AsyncDisposableStack();
  const { directory, issuing, environment } = await lab(resources);
  const [cert, key] = [join(directory, 'server.pem'), join(directory, 'server.key')];
  const first = await labConsumer(directory, issuing);
  const second = await labConsumer(directory, issuing);
  copyFileSync(first.cert, cert);
  copyFileSync(first.key, key);
  const rig = await edgeRig(resources, {
    ...environment,
    EDGE_TLS_CERT_FILE: cert,
    EDGE_TLS_KEY_FILE: key,
  });
  const shown = async () => {
    const socket = connect({ port: rig.edge.port, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const serial = socket.getPeerX509Certificate()?.serialNumber;
    socket.destroy();
    return serial;
  };
  expect(await shown()).toBe(serialOf(first));
  publish(cert, readFileSync(second.cert, 'utf8'));
  expect(await shown()).toBe(serialOf(first));
  publish(key, readFileSync(second.key, 'utf8'));
  await vi.waitFor(async () => expect(await shown()).toBe(serialOf(second)), soon);
});
