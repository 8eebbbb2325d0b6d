import { createAuthority, issueCertificate, listenOnLoopback } from '@ssp/testing';
import { createServer, type TlsOptions } from 'node:tls';
import { BerWriter } from 'ldapts';
import { beforeAll, expect, test } from 'vitest';
import { LdapHungUp, LdapTimeout } from '../src/ldap/open-socket.ts';
import { type LdapConnection, type LdapSearch, openLdap } from '../src/ldap/open-ldap.ts';
import { readSearchEntry } from '../src/ldap/read-search-entry.ts';
import { listRevisions } from '../src/read-directory.ts';

// What a real server does not do on demand: a server that writes the bytes it is given, in pieces of a given size.
let credentials: TlsOptions;

beforeAll(async () => {
  const validity = { notBefore: new Date(0), notAfter: new Date(Date.now() + 3_600_000) };
  const authority = await createAuthority({ subject: 'CN=Wire', ...validity });
  const names = { fqdn: 'wire.example.nhs.uk', ipAddresses: ['127.0.0.1'] };
  const issued = await issueCertificate(authority, { ...names, ...validity });
  credentials = {
    cert: issued.certificatePem,
    key: issued.privateKeyPem,
    ca: authority.certificate.toString('pem'),
  };
});

type Answer = { readonly pieces: readonly Buffer[]; readonly hangsUp?: boolean };

/** Answers the nth request that comes with the nth answer, and the others with nothing. */
async function connectTo(
  answers: readonly Answer[],
  resources: AsyncDisposableStack,
  { timeoutMs = 10_000, signal = new AbortController().signal } = {},
): Promise<LdapConnection> {
  let asked = 0;
  const server = createServer(credentials, (socket) => {
    socket.on('error', () => undefined);
    // A request is small enough to come as one.
    socket.on('data', () => {
      const answer = answers[asked++];
      for (const piece of answer?.pieces ?? []) socket.write(piece);
      if (answer?.hangsUp === true) socket.destroySoon();
    });
    resources.defer(() => void socket.destroy());
  });
  resources.defer(() => void server.close());
  const port = await listenOnLoopback(server);
  const { ca } = credentials;
  return resources.use(await openLdap({ tls: { host: '127.0.0.1', port, ca }, timeoutMs, signal }));
}

const search: LdapSearch = { base: 'o=nhs', scope: 'sub', filter: '(o=*)', attributes: [], pageSize: null };

function message(id: number, write: (writer: BerWriter) => void): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  write(writer);
  writer.endSequence();
  return writer.buffer;
}

const entry = (id: number, dn: string) =>
  message(id, (writer) => {
    writer.startSequence(0x64);
    writer.writeString(dn);
    writer.startSequence();
    writer.endSequence();
    writer.endSequence();
  });

const result = (id: number, code: number) =>
  message(id, (writer) => {
    writer.startSequence(0x65);
    writer.writeEnumeration(code);
    writer.writeString('');
    writer.writeString('');
    writer.endSequence();
  });

async function namesOf(connection: LdapConnection): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const entries of connection.search(search)) names.push(...entries.map(({ dn }) => dn));
  return names;
}

const names = Array.from({ length: 40 }, (_, at) => `uniqueIdentifier=${at},o=${'nhs'.repeat(at)}`);
const whole = Buffer.concat([...names.map((dn) => entry(1, dn)), result(1, 0)]);

const inPieces = (bytes: Buffer, of: number) =>
  Array.from({ length: Math.ceil(bytes.length / of) }, (_, at) => bytes.subarray(at * of, (at + 1) * of));

test.for([{ of: 1 }, { of: 7 }, { of: 1_000 }, { of: 1_000_000 }])(
  'an answer in records of $of bytes is read',
  async ({ of }) => {
    await using resources = new AsyncDisposableStack();
    const connection = await connectTo([{ pieces: inPieces(whole, of) }], resources);
    expect(await namesOf(connection)).toEqual(names);
  },
);

test('an answer greater than what is held of it waits for its reader, and all of it comes', async () => {
  await using resources = new AsyncDisposableStack();
  const many = Array.from({ length: 20_000 }, (_, at) => `uniqueIdentifier=${at},o=${'x'.repeat(200)}`);
  const answer = { pieces: [...many.map((dn) => entry(1, dn)), result(1, 0)] };
  const connection = await connectTo([answer], resources);
  const found: string[] = [];
  for await (const entries of connection.search(search)) {
    expect(entries.length).toBeLessThan(4_000);
    found.push(...entries.map(({ dn }) => dn));
    // Others have their turn, as where a batch is written.
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(found).toEqual(many);
});

test('an answer that ends in the middle, wherever, is never taken for a whole one', async () => {
  await using resources = new AsyncDisposableStack();
  const bytes = Buffer.concat([entry(1, 'o=nhs'), result(1, 0)]);
  for (let length = 0; length < bytes.length; length += 1) {
    const pieces = length === 0 ? [] : [bytes.subarray(0, length)];
    const connection = await connectTo([{ pieces, hangsUp: true }], resources);
    await expect(namesOf(connection)).rejects.toThrow(LdapHungUp);
  }
});

test.for([
  { what: 'an indefinite length', bytes: [0x30, 0x80, 0x02, 0x01, 0x01, 0x65, 0x00, 0, 0] },
  { what: 'a length beyond all reason', bytes: [0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 0x02] },
  { what: 'a number of nine bytes', bytes: [0x30, 0x0d, 0x02, 0x09, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x65, 0x00] },
  { what: 'a number of no bytes', bytes: [0x30, 0x04, 0x02, 0x00, 0x65, 0x00] },
  { what: 'no operation', bytes: [0x30, 0x03, 0x02, 0x01, 0x01] },
  { what: 'an operation that ends after it', bytes: [0x30, 0x05, 0x02, 0x01, 0x01, 0x64, 0x7f] },
])('a message with $what ends the load', async ({ bytes }) => {
  await using resources = new AsyncDisposableStack();
  const pieces = [Buffer.from(bytes), Buffer.alloc(300)];
  const connection = await connectTo([{ pieces }], resources);
  await expect(namesOf(connection)).rejects.toThrow(/LDAP message/);
});

test('silence ends it in time, and an abort at once', async () => {
  await using resources = new AsyncDisposableStack();
  const silent = await connectTo([{ pieces: [entry(1, 'o=nhs')] }], resources, { timeoutMs: 1_000 });
  await expect(namesOf(silent)).rejects.toThrow(LdapTimeout);
  const abort = new AbortController();
  const aborted = await connectTo([{ pieces: [] }], resources, { signal: abort.signal });
  const reading = namesOf(aborted);
  abort.abort();
  await expect(reading).rejects.toThrow(LdapHungUp);
});

test('a listing that a server does not give at once is asked for page by page', async () => {
  await using resources = new AsyncDisposableStack();
  const answers = [
    { pieces: [entry(1, 'o=a'), result(1, sizeLimitExceeded)] },
    { pieces: [entry(2, 'o=a'), entry(2, 'o=b'), result(2, 0)] },
    { pieces: [result(3, noSuchObject)] },
  ];
  const connection = await connectTo(answers, resources);
  const listed = new Set<string>();
  const directory = { connection, baseDn: 'o=nhs', pageSize: 500 };
  const portions = listRevisions(directory, true, (bytes, at) => listed.add(readSearchEntry(bytes, at).dn));
  for await (const _entries of portions);
  expect([...listed]).toEqual(['o=a', 'o=b']);
});

const sizeLimitExceeded = 4;
const noSuchObject = 32;
