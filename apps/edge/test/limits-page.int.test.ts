import { execFile } from 'node:child_process';
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type SystemsOfAnswer, systemsOfPath, type ThrottleUseAnswer, throttleUsePath } from '@ssp/contracts';
import { loadAuthority } from '@ssp/testing';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { createConsumer } from './consumer.ts';
import { labConsumer } from './lab-pki.ts';
import { edgeRig } from './rig.ts';

const resources = new AsyncDisposableStack();
const rig = await edgeRig(resources, { EDGE_CORS_ORIGINS: 'https://viewer.nhs.uk' });
const files = resources.use(await mkdtempDisposable(join(tmpdir(), 'limits-page-')));
const issuing = await loadAuthority(rig.pki.issuingCert, rig.pki.issuingKey);
afterAll(() => resources.disposeAsync());

const asid = '200000000359';
const strange = '918999198738';
const path = '/.well-known/ssp/limits';

const consumers: ThrottleUseAnswer['consumers'] = [
  {
    asid,
    limits: [
      {
        rule: 'consumers',
        scope: 'consumer',
        interactionId: null,
        provider: null,
        perSecond: 500,
        limit: 1_000,
        windowSeconds: 2,
        mode: 'enforce',
        use: { remaining: 41, resetSeconds: 3 },
      },
    ],
    refusals: [
      {
        at: '2026-01-01T00:00:00.000Z',
        rule: 'providers',
        scope: 'provider',
        to: strange,
        interactionId: 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1',
        retryAfterSeconds: 1,
        times: 2,
      },
    ],
  },
];

const asked: { authz: unknown[]; throttle: unknown[] } = { authz: [], throttle: [] };
const answer = {
  authz: (): SystemsOfAnswer => ({ known: true, asids: [asid], total: 1 }),
  throttle: (): ThrottleUseAnswer => ({ version: '7', consumers }),
};
const answers = { ...answer };

beforeEach(() => {
  Object.assign(answers, answer);
  asked.authz.length = 0;
  asked.throttle.length = 0;
  rig.authz.others.set(systemsOfPath, (body) => {
    asked.authz.push(body);
    return answers.authz();
  });
  rig.throttle.others.set(throttleUsePath, (body) => {
    asked.throttle.push(body);
    return answers.throttle();
  });
});

/** A consumer with a certificate of its own, who has not looked before. */
async function newConsumer() {
  return createConsumer(rig.edge, await labConsumer(files.path, issuing), resources);
}

async function look(query = '', headers: Readonly<Record<string, string>> = {}) {
  return (await newConsumer()).send({ path: `${path}${query}`, headers });
}

const jsonOf = (body: Buffer) => {
  const json: unknown = JSON.parse(body.toString());
  return json;
};

test('a consumer gets its limits, what is left of them and its last refusals, for its certificate alone', async () => {
  const before = { provider: rig.provider.requests.length, admissions: rig.throttle.batches.length };
  const { status, headers, body } = await look();
  expect(status).toBe(200);
  expect(jsonOf(body)).toEqual({
    at: expect.any(String),
    version: '7',
    systems: consumers,
    systemsTotal: 1,
  });
  expect(asked).toEqual({
    authz: [{ certificateNames: ['lab.consumer.thirdparty.nhs.uk'], asid: null }],
    throttle: [{ asids: [asid] }],
  });
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'strict-transport-security': expect.any(String),
  });
  expect(headers['x-rate-limit-limit']).toBeUndefined();
  expect({ provider: rig.provider.requests.length, admissions: rig.throttle.batches.length }).toEqual(before);
  expect(await rig.events.completedOf(String(headers['x-ssp-internalid']))).toMatchObject({
    outcome: 'answered',
    status: 200,
    refusal: null,
    from: null,
    admission: null,
    method: 'GET',
    redactedUrl: path,
    responseBytes: body.length,
  });
});

test('a browser gets a page without script, with everything escaped', async () => {
  answers.throttle = () => ({ version: '<script>alert(1)</script>', consumers });
  const { headers, body } = await look('', { Accept: 'text/html,*/*;q=0.8' });
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/);
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  const html = body.toString();
  expect(html).toContain('&lt;script&gt;alert(1)');
  expect(html).not.toMatch(/<script|style=|onload|https?:\/\//);
  expect(html).toContain('<td class="n">1000</td>');
  expect(html).toContain('<td>41</td>');
  expect(html).toContain(strange);
});

test("the guide's curl line shows them", async () => {
  const guide = await readFile(new URL('../../../docs/consumer-guide.md', import.meta.url), 'utf8');
  const [, line = ''] = /^```sh[^\n]*\n(curl [^`]*?\/\.well-known\/ssp\/limits')$/m.exec(guide) ?? [];
  const here = line.replaceAll('.local/pki', rig.pki.dir).replace(':8443/', `:${rig.edge.port}/`);
  const { stdout } = await promisify(execFile)('sh', ['-c', here]);
  expect(JSON.parse(stdout)).toMatchObject({ version: '7', systems: [{ asid }] });
});

test('of somebody else nothing is shown, whatever throttle says', async () => {
  answers.throttle = () => ({
    version: '7',
    consumers: [...consumers, { asid: strange, limits: [], refusals: [] }],
  });
  expect(jsonOf((await look()).body)).toMatchObject({ systems: [{ asid }] });
});

test('one system of the certificate may be asked for, and none of others', async () => {
  expect((await look(`?asid=${asid}`)).status).toBe(200);
  expect(asked.authz).toMatchObject([{ asid }]);
  answers.authz = () => ({ known: true, asids: [], total: 0 });
  const refused = await look(`?asid=${strange}&_format=json`);
  expect(refused.status).toBe(403);
  expect(refused.body.toString()).toContain(`ASID_CHECK_FAILED_MESSAGESENDER_${strange}`);
  expect(asked.throttle).toHaveLength(1);
});

test('a certificate of very many systems is told how many there are', async () => {
  answers.authz = () => ({ known: true, asids: [asid], total: 4_000 });
  expect((await look('?_format=html')).body.toString()).toContain('4000 systems; these are the first 1.');
});

test.for([
  { certificate: null, status: 496 },
  { certificate: 'revoked', status: 495 },
  { certificate: 'expired', status: 495 },
] as const)('a $certificate certificate is answered $status, and nobody is asked', async (row) => {
  const certificate = row.certificate === null ? null : rig.pki.consumers[row.certificate];
  const refused = await createConsumer(rig.edge, certificate, resources).send({ path, headers: {} });
  expect(refused.status).toBe(row.status);
  expect(asked).toEqual({ authz: [], throttle: [] });
});

test('a name that is registered for nobody is answered 495', async () => {
  answers.authz = () => ({ known: false, asids: [], total: 0 });
  const refused = await look();
  expect(refused.status).toBe(495);
  expect(await rig.events.completedOf(String(refused.headers['x-ssp-internalid']))).toMatchObject({
    refusal: 'certificate-name-unknown',
  });
});

test.for(['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'])(
  '%s is answered 405 and told of GET',
  async (method) => {
    const refused = await (await newConsumer()).send({ path, method, headers: {} });
    expect(refused.status).toBe(405);
    expect(refused.headers['allow']).toBe('GET');
    expect(asked.authz).toEqual([]);
  },
);

test.for([
  { query: '?asid=12', status: 400 },
  { query: `?${'x'.repeat(2_000)}`, status: 414 },
  { query: '/more', status: 400 },
])('$query is answered $status', async ({ query, status }) => {
  expect((await look(query)).status).toBe(status);
  expect(asked.authz).toEqual([]);
});

test.for([
  { away: 'authz', refusal: 'authorisation-unavailable' },
  { away: 'throttle', refusal: 'throttle-unavailable' },
] as const)('without $away it is answered 503', async ({ away, refusal }) => {
  answers[away] = () => {
    throw new Error('broken');
  };
  const refused = await look();
  expect(refused.status).toBe(503);
  expect(refused.headers['retry-after']).toBe('1');
  expect(await rig.events.completedOf(String(refused.headers['x-ssp-internalid']))).toMatchObject({
    refusal,
    outcome: 'refused',
  });
});

test('who looks too often is told to wait, and the others are not', async () => {
  const often = await newConsumer();
  const startedMs = performance.now();
  const looks: Awaited<ReturnType<typeof often.send>>[] = [];
  const statuses = (of: number) => looks.filter(({ status }) => status === of);
  // On a machine that has much else to do, the time of one round may let in all of it.
  while (statuses(429).length === 0) {
    const round = Array.from({ length: 20 }, () => often.send({ path: `${path}?_format=json`, headers: {} }));
    looks.push(...(await Promise.all(round)));
  }
  const [refused, shown] = [statuses(429), statuses(200)];
  expect(refused.length + shown.length).toBe(looks.length);
  expect(shown.length).toBeLessThanOrEqual(5 + Math.ceil((performance.now() - startedMs) / 1_000));
  expect(asked.throttle).toHaveLength(shown.length);
  expect(refused[0]?.headers['retry-after']).toBe('1');
  expect(refused[0]?.body.toString()).toContain('LIMITS_PAGE_RATE_LIMIT_REACHED');
  expect((await look()).status).toBe(200);
});
