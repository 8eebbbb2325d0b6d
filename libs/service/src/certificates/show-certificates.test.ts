import { mkdtempDisposable, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority, issueCertificate } from '@ssp/testing';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { showCertificates } from './show-certificates.ts';

const day = (count: number) => new Date(Date.UTC(2026, 0, count));
const seconds = (date: Date) => String(date.getTime() / 1_000);

async function put(place: string, text: string): Promise<void> {
  await writeFile(`${place}.new`, text);
  await rename(`${place}.new`, place);
}

async function shown(resources: AsyncDisposableStack) {
  const { path } = resources.use(await mkdtempDisposable(join(tmpdir(), 'certificates-')));
  const authority = await createAuthority({
    subject: 'O=nhs, CN=The CA',
    notBefore: day(1),
    notAfter: day(300),
  });
  const [file, keyFile] = [join(path, 'cert.pem'), join(path, 'key.pem')];
  const issue = (notAfter: Date) =>
    issueCertificate(authority, { fqdn: 'me.example.nhs.uk', notBefore: day(1), notAfter });
  const lines: string[] = [];
  const log = pino({}, { write: (line) => void lines.push(line) });
  const first = await issue(day(90));
  await put(file, first.certificatePem);
  await put(keyFile, first.privateKeyPem);
  const metrics = new Registry();
  const caFile = join(path, 'ca.pem');
  await put(caFile, authority.certificate.toString('pem'));
  showCertificates(
    [
      { setting: 'KAFKA_TLS_CERT_FILE', file, keyFile },
      { setting: 'KAFKA_TLS_CA_FILE', file: caFile, keyFile: null },
    ],
    { log, metrics },
  );
  const figures = async () =>
    (await metrics.metrics())
      .split('\n')
      .filter((line) => line.startsWith('ssp_'))
      .map((line) => line.replace('ssp_certificate_not_after_timestamp_seconds', ''))
      .toSorted();
  return { file, keyFile, caFile, issue, figures, lines };
}

const leaf = (notAfter: Date) =>
  `{certificate="KAFKA_TLS_CERT_FILE",subject="me.example.nhs.uk"} ${seconds(notAfter)}`;
const authorities = (setting: string) => `{certificate="${setting}",subject="The CA"} ${seconds(day(300))}`;

test('each certificate of a chain and of a bundle is shown, by the setting that names its file', async () => {
  await using resources = new AsyncDisposableStack();
  const { figures, lines } = await shown(resources);
  expect(await figures()).toEqual([
    authorities('KAFKA_TLS_CA_FILE'),
    authorities('KAFKA_TLS_CERT_FILE'),
    leaf(day(90)),
  ]);
  expect(lines).toEqual([]);
});

test('a renewed pair is shown once both halves are there: half of it is not in use', async () => {
  await using resources = new AsyncDisposableStack();
  const { file, keyFile, issue, figures, lines } = await shown(resources);
  await figures();
  const renewed = await issue(day(200));
  await put(file, renewed.certificatePem);
  expect(await figures()).toContain(leaf(day(90)));
  expect(await figures()).toContain(leaf(day(90)));
  expect(lines).toEqual([expect.stringContaining('KAFKA_TLS_CERT_FILE')]);
  await put(keyFile, renewed.privateKeyPem);
  expect(await figures()).toContain(leaf(day(200)));
  expect(await figures()).not.toContain(leaf(day(90)));
});

test('what has left a file is not spoken of, and of one name the first to end is', async () => {
  await using resources = new AsyncDisposableStack();
  const { caFile, issue, figures } = await shown(resources);
  await figures();
  const [later, sooner] = [await issue(day(80)), await issue(day(70))];
  await put(caFile, later.certificatePem + sooner.certificatePem);
  expect(await figures()).toContain(
    `{certificate="KAFKA_TLS_CA_FILE",subject="me.example.nhs.uk"} ${seconds(day(70))}`,
  );
  await put(caFile, 'nothing');
  expect(await figures()).toHaveLength(4);
  await rm(caFile);
  expect(await figures()).toHaveLength(4);
});
