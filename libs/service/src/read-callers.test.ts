import { createHmac, generateKeyPairSync } from 'node:crypto';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStubIssuer } from '@ssp/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { readCallers } from './read-callers.ts';
import { Problem } from './problem.ts';
import { provenCaller } from './proven-caller.ts';

const machine = 'm'.repeat(32);

/** Callers known by a file and by a stub of an identity provider. */
async function callersRig(resources: AsyncDisposableStack, stub: Parameters<typeof startStubIssuer>[1] = {}) {
  const issuer = await startStubIssuer(resources, stub);
  const directory = resources.use(await mkdtempDisposable(join(tmpdir(), 'callers-')));
  const tokensFile = join(directory.path, 'tokens.json');
  await writeFile(tokensFile, JSON.stringify({ auditor: machine, supplier: 's'.repeat(32) }));
  const openId = { issuer: issuer.issuer, audience: issuer.audience, caFile: null };
  const callerOf = readCallers({ tokensFile, openId });
  return { issuer, ask: (token: string) => callerOf(`Bearer ${token}`), callerOf };
}

/** The status of the problem that it ends in, else what it gives. */
async function statusOr<Value>(asked: Promise<Value>): Promise<Value | number> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Problem) return error.status;
    throw error;
  }
}

afterEach(() => vi.useRealTimers());

const nowSeconds = () => Math.floor(Date.now() / 1_000);

test('people are known by their token, machines by the file', async () => {
  await using resources = new AsyncDisposableStack();
  const { issuer, ask } = await callersRig(resources);
  expect(await ask(issuer.token())).toEqual({
    role: 'operator',
    name: 'Ada Lovelace',
    subject: 'ada',
    supplier: null,
  });
  expect(await ask(issuer.token({ ssp_role: 'supplier', ssp_supplier: 'Supplier A' }))).toMatchObject({
    role: 'supplier',
    supplier: 'Supplier A',
  });
  // No other role is held to a supplier, nor named by one.
  expect(await ask(issuer.token({ ssp_role: 'billing', ssp_supplier: 'Supplier A' }))).toMatchObject({
    supplier: null,
  });
  expect(await ask(issuer.token({ name: undefined }))).toMatchObject({ name: 'ada' });
  expect(await ask(machine)).toEqual({ role: 'auditor', name: 'auditor', subject: null, supplier: null });
});

const strange = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

test.for([
  { token: 'expired a minute ago', claims: () => ({ exp: nowSeconds() - 60 }), expected: null },
  { token: 'without an end', claims: () => ({ exp: undefined }), expected: null },
  { token: 'without a beginning', claims: () => ({ iat: undefined }), expected: null },
  { token: 'in force only later', claims: () => ({ nbf: nowSeconds() + 120 }), expected: null },
  { token: 'of nobody', claims: () => ({ sub: undefined }), expected: null },
  { token: 'for somebody else', claims: () => ({ aud: 'urn:test:other' }), expected: null },
  { token: 'for nobody', claims: () => ({ aud: undefined }), expected: null },
  { token: 'of another issuer', claims: () => ({ iss: 'https://elsewhere.test' }), expected: null },
  { token: 'that is an ID token', header: { typ: 'JWT' }, expected: null },
  { token: 'without a type', header: { typ: undefined }, expected: null },
  { token: 'with a critical extension', header: { crit: ['x'], x: 1 }, expected: null },
  { token: 'by an unknown key', header: { kid: 'other' }, expected: null },
  { token: 'signed by a stranger', key: strange, expected: null },
  { token: 'said to be RS256', header: { alg: 'RS256' }, expected: null },
  { token: 'without a role', claims: () => ({ ssp_role: undefined }), expected: 403 },
  { token: 'with the role of a machine', claims: () => ({ ssp_role: 'authz' }), expected: 403 },
  { token: 'with two roles', claims: () => ({ ssp_role: ['billing', 'auditor'] }), expected: 403 },
  { token: 'of no supplier', claims: () => ({ ssp_role: 'supplier' }), expected: 403 },
  {
    token: 'of a supplier of blanks',
    claims: () => ({ ssp_role: 'supplier', ssp_supplier: ' ' }),
    expected: 403,
  },
  { token: 'of a name with a line break', claims: () => ({ name: 'Ada\nLovelace' }), expected: 403 },
])('a token $token is refused', async ({ claims, header, key, expected }) => {
  await using resources = new AsyncDisposableStack();
  const { issuer, ask } = await callersRig(resources);
  expect(await statusOr(ask(issuer.token(claims?.(), header, key)))).toBe(expected);
});

const head = (alg: string) => Buffer.from(JSON.stringify({ alg, typ: 'at+jwt' })).toString('base64url');

test('a token that is not signed, or by a secret, is refused', async () => {
  await using resources = new AsyncDisposableStack();
  const { issuer, ask } = await callersRig(resources);
  const [, payload = ''] = issuer.token().split('.');
  const byKey = createHmac('sha256', 'secret')
    .update(`${head('HS256')}.${payload}`)
    .digest('base64url');
  for (const token of [
    `${head('none')}.${payload}.`,
    `${head('HS256')}.${payload}.${byKey}`,
    `${issuer.token()}x`,
    `${issuer.token().slice(0, -4)}AAAA`,
    'a.b.c',
    'm'.repeat(31),
  ]) {
    expect(await ask(token)).toBeNull();
  }
});

test('a clock that is a little off is borne with', async () => {
  await using resources = new AsyncDisposableStack();
  const { issuer, ask } = await callersRig(resources);
  expect(await ask(issuer.token({ exp: nowSeconds() - 10, nbf: nowSeconds() + 10 }))).not.toBeNull();
});

test('without the issuer nobody can say who comes with an unknown key, while known ones and machines are served', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  await using resources = new AsyncDisposableStack();
  const { issuer, ask } = await callersRig(resources);
  issuer.setAway(true);
  expect(await statusOr(ask(issuer.token()))).toBe(503);
  expect(await ask(machine)).toMatchObject({ role: 'auditor' });
  issuer.setAway(false);
  // Whoever asks meanwhile makes nobody ask the issuer.
  expect(await statusOr(ask(issuer.token()))).toBe(503);
  vi.setSystemTime(Date.now() + 6_000);
  expect(await ask(issuer.token())).toMatchObject({ subject: 'ada' });
  issuer.setAway(true);
  vi.setSystemTime(Date.now() + 20 * 60_000);
  expect(await ask(issuer.token())).toMatchObject({ subject: 'ada' });
  expect(await statusOr(ask(issuer.token({}, { kid: 'new' })))).toBe(503);
  vi.setSystemTime(Date.now() + 60 * 60_000);
  expect(await statusOr(ask(issuer.token()))).toBe(503);
});

test('keys are not fetched by plain http from beyond this machine', async () => {
  await using resources = new AsyncDisposableStack();
  // Reaches loopback, too, without being called so.
  const { issuer, ask } = await callersRig(resources, { keysHost: '0.0.0.0' });
  expect(await statusOr(ask(issuer.token()))).toBe(503);
  expect(issuer.keyAsks()).toBe(0);
});

test('new keys are found, and invented ones make the issuer be asked no more than twice a minute', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  await using resources = new AsyncDisposableStack();
  const { issuer, ask } = await callersRig(resources);
  expect(await ask(issuer.token())).not.toBeNull();
  const old = issuer.token();
  for (let each = 0; each < 20; each += 1) {
    expect(await ask(issuer.token({}, { kid: `invented-${each}` }))).toBeNull();
  }
  expect(issuer.keyAsks()).toBe(1);
  vi.setSystemTime(Date.now() + 31_000);
  issuer.rotate();
  expect(await ask(issuer.token())).toMatchObject({ subject: 'ada' });
  expect(await ask(old)).toBeNull();
  expect(issuer.keyAsks()).toBe(2);
});

test.for([
  {
    who: 'a person with a permitted role',
    claims: {},
    permitted: ['operator'],
    expected: 'ada',
  },
  { who: 'a person with another role', claims: {}, permitted: ['billing'], expected: 403 },
  {
    who: 'a person of a supplier',
    claims: { ssp_role: 'supplier', ssp_supplier: 'A' },
    permitted: ['supplier'],
    expected: 'ada',
  },
] as const)('$who is let in or not', async ({ claims, permitted, expected }) => {
  await using resources = new AsyncDisposableStack();
  const { issuer, callerOf } = await callersRig(resources);
  const req = { headers: { authorization: `Bearer ${issuer.token(claims)}` } };
  const caller = await statusOr(provenCaller(req, callerOf, permitted, 'do this'));
  expect(typeof caller === 'number' ? caller : caller.subject).toBe(expected);
});

test('a machine of suppliers at large sees nothing', async () => {
  await using resources = new AsyncDisposableStack();
  const { callerOf } = await callersRig(resources);
  const req = { headers: { authorization: `Bearer ${'s'.repeat(32)}` } };
  expect(await statusOr(provenCaller(req, callerOf, ['supplier'], 'do this'))).toBe(403);
});
