import { derElement, issueCrl, createAuthority, type CrlRequest, issueCertificate } from '@ssp/testing';
import { X509Certificate } from 'node:crypto';
import { array, assert, asyncProperty, nat, tuple } from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { readCertificateFacts } from './certificate-facts.ts';
import { readCrlHead, readRevokedSerials } from './crl.ts';
import { createRevocationLists, type RevocationLists } from './revocation-lists.ts';
import { splitCrls } from './split-crls.ts';
import { readTrustSet, type TrustSet } from './trust-set.ts';

type Authority = Awaited<ReturnType<typeof createAuthority>>;

const nowMs = Date.now();
const minutes = (count: number) => new Date(nowMs + count * 60_000);
const lasting = { notBefore: minutes(-99_999), notAfter: minutes(999_999) };
const partition = 'http://crl.example.nhs.uk/crlc2.crl';

let root: Authority;
let issuing: Authority;
let stranger: Authority;
let trust: TrustSet;

const subject = (name: string) => `C=GB, O=nhs, OU=CA, CN=${name}`;

beforeAll(async () => {
  root = await createAuthority({ subject: subject('Root'), ...lasting });
  issuing = await createAuthority({ subject: subject('Issuing'), ...lasting, issuer: root });
  stranger = await createAuthority({ subject: subject('Issuing'), ...lasting });
  trust = readTrustSet([root, issuing].map(({ certificate }) => certificate.toString('pem')).join('\n'));
});

async function crl(authority: Authority, request: Partial<CrlRequest> = {}): Promise<Buffer> {
  const sound = { revoked: [], thisUpdate: minutes(-10), nextUpdate: minutes(60), crlNumber: 5 };
  const [der = Buffer.of()] = splitCrls(Buffer.from(await issueCrl(authority, { ...sound, ...request })));
  return der;
}

const newLists = (graceMs = 0): RevocationLists => createRevocationLists(() => trust, graceMs);

async function outcome(lists: RevocationLists, der: Buffer): Promise<string> {
  const offer = await lists.offer(der, nowMs);
  return offer.outcome === 'refused' ? offer.reason : offer.outcome;
}

/** An issuing distribution point (RFC 5280 5.2.5). */
const scope = (...parts: readonly Uint8Array[]) => ({
  extensions: [{ oid: '2.5.29.28', isCritical: true, value: derElement(0x30, ...parts) }],
});
const at = (url: string) => derElement(0xa0, derElement(0xa0, derElement(0x86, Buffer.from(url))));
const yes = (tag: number) => derElement(tag, Buffer.of(0xff));
const other = (oid: string, isCritical: boolean) => ({
  extensions: [{ oid, isCritical, value: derElement(0x02, Buffer.of(1)) }],
});

describe('a CRL that is offered', () => {
  test.for([
    { what: 'sound', make: () => crl(issuing), expected: 'taken' },
    { what: 'of the root', make: () => crl(root), expected: 'taken' },
    { what: 'not numbered', make: issueUnnumbered, expected: 'taken' },
    {
      what: 'already past its end',
      make: () => crl(issuing, { nextUpdate: minutes(-1) }),
      expected: 'taken',
    },
    {
      what: 'of an unknown extension that is not critical',
      make: () => crl(issuing, other('1.2.3.4', false)),
      expected: 'taken',
    },
    { what: 'of a partition', make: () => crl(issuing, scope(at(partition))), expected: 'taken' },
    { what: 'for users alone', make: () => crl(issuing, scope(yes(0x81))), expected: 'taken' },
    { what: 'no DER', make: async () => Buffer.from('0 no DER'), expected: 'unreadable' },
    { what: 'cut off', make: async () => (await crl(issuing)).subarray(0, -1), expected: 'unreadable' },
    {
      what: 'followed by something',
      make: async () => Buffer.concat([await crl(issuing), Buffer.of(0)]),
      expected: 'unreadable',
    },
    { what: "of a stranger with our CA's name", make: () => crl(stranger), expected: 'signature-wrong' },
    {
      what: "in the root's name, signed by another",
      make: () => crl({ ...root, privateKey: issuing.privateKey }),
      expected: 'signature-wrong',
    },
    { what: 'altered', make: async () => altered(await crl(issuing)), expected: 'signature-wrong' },
    {
      what: 'of an issuer nobody trusts',
      make: async () => crl(await createAuthority({ subject: 'CN=Nobody', ...lasting })),
      expected: 'issuer-unknown',
    },
    {
      what: 'dated ten minutes ahead',
      make: () => crl(issuing, { thisUpdate: minutes(10) }),
      expected: 'from-the-future',
    },
    { what: 'a delta', make: () => crl(issuing, other('2.5.29.27', true)), expected: 'delta' },
    {
      what: 'of an unknown critical extension',
      make: () => crl(issuing, other('1.2.3.4', true)),
      expected: 'critical-extension',
    },
    { what: 'indirect', make: () => crl(issuing, scope(yes(0x84))), expected: 'indirect' },
    {
      what: 'for attribute certificates',
      make: () => crl(issuing, scope(yes(0x85))),
      expected: 'attribute-certificates',
    },
    {
      what: 'for some reasons',
      make: () => crl(issuing, scope(derElement(0x83, Buffer.of(6, 0x40)))),
      expected: 'some-reasons',
    },
    {
      what: 'of a relative distribution point',
      make: () => crl(issuing, scope(derElement(0xa0, derElement(0xa1)))),
      expected: 'distribution-point',
    },
  ])('$what: $expected', async ({ make, expected }) => {
    expect(await outcome(newLists(), await make())).toBe(expected);
  });

  test('a second time is known, and an older one is refused and changes nothing', async () => {
    const lists = newLists();
    const [former, current] = [await crl(issuing), await crl(issuing, { crlNumber: 6, revoked: ['0a'] })];
    expect(await outcome(lists, former)).toBe('taken');
    expect(await outcome(lists, current)).toBe('taken');
    expect(await outcome(lists, current)).toBe('known');
    expect(await outcome(lists, former)).toBe('older');
    const { issuer } = await leafOf(issuing);
    expect(lists.of(issuer).map(({ number }) => number)).toEqual([6n]);
  });
});

async function issueUnnumbered(): Promise<Buffer> {
  const request = { revoked: [], thisUpdate: minutes(-10), nextUpdate: minutes(60) };
  const [der = Buffer.of()] = splitCrls(Buffer.from(await issueCrl(issuing, request)));
  return der;
}

function altered(der: Buffer): Buffer {
  const place = der.lastIndexOf(Buffer.from('Issuing')) + 14;
  const copy = Buffer.from(der);
  // Within the dates, which follow the issuer's name.
  copy.writeUInt8(copy.readUInt8(place) ^ 1, place);
  return copy;
}

async function leafOf(authority: Authority, distributionPoints?: readonly string[]) {
  const issued = await issueCertificate(authority, {
    fqdn: 'a.nhs.uk',
    ...lasting,
    ...(distributionPoints !== undefined && { distributionPoints }),
  });
  const x509 = new X509Certificate(issued.certificatePem);
  const [link] = trust.chainOf(x509, readCertificateFacts(x509.raw))?.links ?? [];
  if (link === undefined) throw new Error('no chain');
  return link;
}

describe('what the lists say of a certificate', () => {
  test.for([
    { lists: 'none', scopes: [], expected: 'missing' },
    { lists: 'one of everything', scopes: [{}], expected: 'fresh' },
    { lists: 'one of its partition', scopes: [scope(at(partition))], expected: 'fresh' },
    { lists: 'one of another partition', scopes: [scope(at(`${partition}3`))], expected: 'missing' },
    { lists: 'one of CAs alone', scopes: [scope(yes(0x82))], expected: 'missing' },
    { lists: 'one of users alone', scopes: [scope(yes(0x81))], expected: 'fresh' },
    {
      lists: 'an ended one of everything and a fresh one of its partition',
      scopes: [{ nextUpdate: minutes(-1) }, scope(at(partition))],
      expected: 'fresh',
    },
    { lists: 'one that has ended', scopes: [{ nextUpdate: minutes(-1) }], expected: 'expired' },
  ])('where there is $lists: $expected', async ({ scopes, expected }) => {
    const lists = newLists();
    for (const request of scopes) expect(await outcome(lists, await crl(issuing, request))).toBe('taken');
    expect(lists.statusOf(await leafOf(issuing, [partition]), nowMs).state).toBe(expected);
  });

  test('a list goes from fresh to grace to expired, and says when', async () => {
    const lists = newLists(60_000);
    await lists.offer(await crl(issuing, { nextUpdate: minutes(1) }), nowMs);
    const link = await leafOf(issuing);
    const [endMs, graceEndMs] = [
      Math.floor(nowMs / 1_000) * 1_000 + 60_000,
      Math.floor(nowMs / 1_000) * 1_000 + 120_000,
    ];
    expect(lists.statusOf(link, endMs - 1)).toMatchObject({ state: 'fresh', untilMs: endMs });
    expect(lists.statusOf(link, endMs)).toMatchObject({ state: 'grace', untilMs: graceEndMs });
    expect(lists.statusOf(link, graceEndMs)).toMatchObject({ state: 'expired' });
  });

  test('a serial number is revoked under its own issuer alone, also by a list that has ended', async () => {
    const lists = newLists();
    const link = await leafOf(issuing);
    const revoked = [link.facts.serial];
    await lists.offer(await crl(root, { revoked }), nowMs);
    expect(lists.statusOf(link, nowMs).isRevoked).toBe(false);
    await lists.offer(await crl(issuing, { revoked, nextUpdate: minutes(-1) }), nowMs);
    expect(lists.statusOf(link, nowMs).isRevoked).toBe(true);
  });
});

test('whatever octets are taken for a CRL, the reader ends, with a list or an error', async () => {
  const der = await crl(issuing, { revoked: ['0a', '0b'], ...scope(at(partition)) });
  await assert(
    asyncProperty(
      array(tuple(nat(der.length - 1), nat(255)), { minLength: 1, maxLength: 4 }),
      nat(der.length),
      async (changes, length) => {
        const spoilt = Buffer.from(der.subarray(0, length < der.length / 2 ? der.length : length));
        for (const [place, octet] of changes) if (place < spoilt.length) spoilt.writeUInt8(octet, place);
        const read = async () => readRevokedSerials(readCrlHead(spoilt));
        const result = await read().catch((error: unknown) => error);
        expect(result instanceof Set || result instanceof Error).toBe(true);
        // What its issuer has not signed is not taken, however it reads.
        expect((await outcome(newLists(), spoilt)) === 'taken').toBe(spoilt.equals(der));
      },
    ),
    { numRuns: 200 },
  );
});
