import { readBearerToken } from '@ssp/spine';
import { backingServices } from '@ssp/testing/vitest';
import { test } from 'vitest';
import { runExample, runnableExamples } from './examples.ts';
import { guideClaims } from './guide-claims.ts';
import { type RecordedRequest, startRecordingProxy } from './recording-proxy.ts';

const examples = runnableExamples();

// An odd base shows whether anything rewrites it on the way: escapes in lower case, of what needs none, a double slash.
const endpoints = {
  search: 'https://orange.testlab.nhs.uk/B8%3a26/%7eodd/~STU3//1',
  record: 'https://orange.testlab.nhs.uk/B82617/$odd;v=1/STU3',
};
const numberSystem = 'https://fhir.nhs.uk/Id/nhs-number';
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function settings(url: string): Readonly<Record<string, string>> {
  const { pki } = backingServices();
  return {
    SSP_URL: url,
    SSP_CA_FILE: pki.rootCert,
    SSP_CERT_FILE: pki.consumers.good.cert,
    SSP_KEY_FILE: pki.consumers.good.key,
    SSP_FQDN: pki.consumers.good.fqdn,
    SSP_FROM: '200000000359',
    SSP_ODS_CODE: 'R1A14',
    SSP_TO: '918999198738',
    SSP_SEARCH_ENDPOINT: endpoints.search,
    SSP_RECORD_ENDPOINT: endpoints.record,
    SSP_BACKOFF_MS: '40',
  };
}

const distinct = (requests: readonly RecordedRequest[], header: string) =>
  new Set(requests.map(({ headers }) => headers[header])).size;

function claimsOf({ headers }: RecordedRequest): Readonly<Record<string, unknown>> {
  const token = readBearerToken(headers.authorization?.toString());
  return token.state === 'read' ? token.claims : {};
}

const secondsBetween = (one: RecordedRequest | undefined, other: RecordedRequest | undefined) =>
  ((other?.atMs ?? 0) - (one?.atMs ?? 0)) / 1_000;

test.concurrent.for(examples)(
  'the $language example sends every byte as meant, each attempt anew, and waits as it is told',
  async ({ command }, { expect }) => {
    await using resources = new AsyncDisposableStack();
    const proxy = await startRecordingProxy(
      backingServices().pki,
      [{ status: 503, headers: { 'Retry-After': '1' } }, { status: 429 }, { status: 599 }],
      resources,
    );
    const { status, out, err } = await runExample(command, settings(proxy.url));
    expect(err.match(/retry \d/g)).toEqual(['retry 1', 'retry 2', 'retry 3']);
    expect(out).toMatch(/^GET 200 Bundle .*^POST 200 Bundle /ms);
    expect(status).toBe(0);

    const { requests } = proxy;
    const searches = requests.slice(0, 4);
    const [first, second] = searches;
    const record = requests[4];
    const search = `/${endpoints.search}/Patient?identifier=${numberSystem}%7C9690937278`;
    expect(requests.map(({ method, target }) => `${method} ${target}`)).toEqual([
      ...searches.map(() => `GET ${search}`),
      `POST /${endpoints.record}/Patient/$gpc.getstructuredrecord`,
    ]);
    expect(secondsBetween(first, second)).toBeGreaterThanOrEqual(1);
    for (const { headers, certificateName } of requests) {
      expect(certificateName).toContain('CN=good.consumer.thirdparty.nhs.uk');
      expect(headers).toMatchObject({
        'ssp-traceid': expect.stringMatching(uuid),
        'ssp-from': '200000000359',
        'ssp-to': '918999198738',
        authorization: expect.stringMatching(/^Bearer [\w-]+\.[\w-]+\.$/),
        accept: 'application/fhir+json',
      });
    }
    const interactions = 'urn:nhs:names:services:gpconnect:fhir';
    expect(first?.headers['ssp-interactionid']).toBe(`${interactions}:rest:search:patient-1`);
    expect(record?.headers['ssp-interactionid']).toBe(`${interactions}:operation:gpc.getstructuredrecord-1`);
    expect(distinct(requests, 'ssp-traceid')).toBe(5);
    // The waits between them are longer than a second only once, and a token knows seconds.
    expect(distinct(requests, 'authorization')).toBeGreaterThanOrEqual(3);

    const claims = { ...guideClaims(), iat: expect.any(Number), exp: expect.any(Number) };
    for (const request of requests) {
      const aud = request.method === 'GET' ? endpoints.search : endpoints.record;
      const sent = claimsOf(request);
      expect(sent).toEqual({ ...claims, aud });
      expect(Number(sent['exp']) - Number(sent['iat'])).toBe(300);
    }
    expect(record?.headers['content-type']).toMatch(/^application\/fhir\+json/);
    expect(JSON.parse(record?.body ?? '')).toEqual({
      resourceType: 'Parameters',
      parameter: [
        { name: 'patientNHSNumber', valueIdentifier: { system: numberSystem, value: '9690937278' } },
      ],
    });
  },
);

test.concurrent.for(examples)(
  'the $language example gives up after three retries, never repeats a POST, and says who refused',
  async ({ command }, { expect }) => {
    await using resources = new AsyncDisposableStack();
    const script = [502, 504, 429, 503, 503].map((status) => ({ status }));
    const proxy = await startRecordingProxy(backingServices().pki, script, resources);
    const { status, out, err } = await runExample(command, settings(proxy.url));
    expect(proxy.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'GET', 'POST']);
    expect(err).toContain('GET 503 provider: what the provider says');
    expect(err).toContain('POST 503 provider: what the provider says');
    expect(out).toBe('');
    expect(status).toBe(1);
  },
);

test.concurrent.for(examples)('the $language example tells its settings', async ({ command }, { expect }) => {
  const { status, out } = await runExample([...command, '--help'], {});
  expect(status).toBe(0);
  const named = Object.keys(settings('')).filter((name) => !out.includes(name));
  expect(named).toEqual([]);
});
