import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createConsumer } from './consumer.ts';
import { edgeRig, ownHeaders, targetPath } from './rig.ts';

const page = 'https://viewer.nhs.uk';
const gp = 'urn:nhs:names:services:gpconnect:';

const resources = new AsyncDisposableStack();
const rig = await edgeRig(resources, { EDGE_CORS_ORIGINS: page });
afterAll(() => resources.disposeAsync());

beforeEach(() => rig.provider.answerWith((_req, res) => void res.end('{}')));

type Headers = Readonly<Record<string, string>>;
const send = (method: string, headers: Headers, path = targetPath) =>
  rig.good.send({ path, method, headers });

describe('OPTIONS', () => {
  test.for([
    { interaction: `${gp}fhir:operation:gpc.getcarerecord`, methods: 'POST' },
    { interaction: `${gp}fhir:rest:search:slot-1`, methods: 'GET' },
    { interaction: `${gp}fhir:rest:read:appointment-1`, methods: 'GET, PUT' },
    { interaction: 'urn:nhs:names:services:nobody:described', methods: 'GET, POST, PUT, DELETE, PATCH' },
  ])('with the Ssp headers of $interaction is told $methods', async ({ interaction, methods }) => {
    const answer = await send('OPTIONS', { ...ownHeaders(), 'Ssp-InteractionID': interaction });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      allow: methods,
      'access-control-request-method': methods,
      'content-length': '0',
      vary: 'Origin',
    });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('of a browser, which sends no Ssp headers, is answered, audited, and never forwarded', async () => {
    const before = rig.provider.requests.length;
    const answer = await send('OPTIONS', {
      Origin: page,
      'Access-Control-Request-Method': 'GET',
      'Access-Control-Request-Headers': 'authorization,ssp-from,x-own',
    });
    expect(answer.status).toBe(200);
    expect(answer.body.length).toBe(0);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, POST, PUT, DELETE, PATCH',
      'access-control-allow-headers': 'authorization,ssp-from,x-own',
      'access-control-max-age': '600',
      'strict-transport-security': expect.stringContaining('max-age='),
    });
    expect(rig.provider.requests.length).toBe(before);
    expect(await rig.events.completedOf(String(answer.headers['x-ssp-internalid']))).toMatchObject({
      outcome: 'answered',
      status: 200,
      refusal: null,
      method: 'OPTIONS',
      endpoint: null,
    });
  });

  test('of a page that is not listed is told nothing that would let it go on', async () => {
    const answer = await send('OPTIONS', {
      Origin: 'https://elsewhere.example',
      'Access-Control-Request-Method': 'GET',
    });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-allow'))).toEqual([]);
    expect(answer.headers['vary']).toBe('Origin');
  });
});

test("a provider's answer may be read by the page, with our own headers", async () => {
  const answer = await send('GET', { ...ownHeaders(), Origin: page });
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({
    'access-control-allow-origin': page,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': expect.stringContaining('X-Ssp-InternalID'),
    vary: 'Origin',
  });
});

describe('a refusal may be read by a listed page alone', () => {
  const { good, revoked } = rig.pki.consumers;
  test.for([
    { refusal: 'of an Ssp header', status: 400, headers: { 'Ssp-To': '1' }, certificate: good },
    { refusal: 'of a malformed message', status: 400, headers: { Ssp_To: '1' }, certificate: good },
    { refusal: 'of an expectation', status: 417, headers: { Expect: 'more' }, certificate: good },
    { refusal: 'of a revoked certificate', status: 495, headers: {}, certificate: revoked },
    { refusal: 'for want of a certificate', status: 496, headers: {}, certificate: null },
  ])('$status $refusal', async ({ status, headers, certificate }) => {
    const consumer = createConsumer(rig.edge, certificate, resources);
    const ask = (origin: string) =>
      consumer.send({ path: targetPath, headers: { ...ownHeaders(), ...headers, Origin: origin } });
    const answer = await ask(page);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-allow-credentials': 'true',
      vary: 'Origin',
    });
    const elsewhere = await ask('https://elsewhere.example');
    expect(elsewhere.status).toBe(status);
    expect(elsewhere.headers['access-control-allow-origin']).toBeUndefined();
    expect(elsewhere.headers['vary']).toBe('Origin');
  });

  test('496 to an OPTIONS, which fails as a preflight all the same', async () => {
    const stranger = createConsumer(rig.edge, null, resources);
    const headers = { Origin: page, 'Access-Control-Request-Method': 'GET' };
    const answer = await stranger.send({ path: targetPath, method: 'OPTIONS', headers });
    expect(answer.status).toBe(496);
    expect(answer.headers['access-control-allow-methods']).toBeUndefined();
  });
});

test('a provider that speaks of CORS itself is not contradicted', async () => {
  rig.provider.answerWith((_req, res) => {
    res.setHeader('Access-Control-Allow-Origin', 'https://other.nhs.uk');
    res.end();
  });
  const answer = await send('GET', { ...ownHeaders(), Origin: page });
  expect(answer.rawHeaders.filter((name) => /^access-control-/i.test(name))).toEqual([
    'Access-Control-Allow-Origin',
  ]);
  expect(answer.headers['access-control-allow-origin']).toBe('https://other.nhs.uk');
});

test('without an Origin no page is named, and a cache is told that one would be', async () => {
  const answer = await send('GET', ownHeaders());
  expect(answer.status).toBe(200);
  expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  expect(answer.headers['vary']).toBe('Origin');
});

test('a method that is not forwarded is answered 405, and OPTIONS is among those allowed', async () => {
  const answer = await send('HEAD', ownHeaders());
  expect(answer.status).toBe(405);
  expect(answer.headers['allow']).toBe('GET, POST, PUT, DELETE, PATCH, OPTIONS');
});
