import { createServer } from 'node:http';
import { listen } from '@ssp/service';
import { expect, onTestFinished, test } from 'vitest';
import { answerRequests } from './answer-request.ts';

const spineHeaders = {
  'Ssp-TraceID': '09a01679-2564-0fb4-5129-aecc81ea2706',
  'Ssp-From': '200000000359',
  'Ssp-To': '918999198738',
  'Ssp-InteractionID': 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1',
  Authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.',
};
const base = '/B82617/STU3/1/gpconnect/structured/fhir';
const nhsNumber = 'https://fhir.nhs.uk/Id/nhs-number';

async function startProvider() {
  const resources = new AsyncDisposableStack();
  const stopping = new AbortController();
  const { port } = await listen(
    createServer(answerRequests(() => {}, stopping.signal)),
    { host: '127.0.0.1', port: 0 },
    resources,
  );
  resources.defer(() => stopping.abort());
  onTestFinished(() => resources.disposeAsync());
  return (path: string, init: RequestInit = {}) => {
    const headers = new Headers(spineHeaders);
    new Headers(init.headers).forEach((value, name) => headers.set(name, value));
    return fetch(`http://127.0.0.1:${port}${base}${path}`, { ...init, headers });
  };
}

function recordOf(value: string): RequestInit {
  const parameter = [{ name: 'patientNHSNumber', valueIdentifier: { system: nhsNumber, value } }];
  return { method: 'POST', body: JSON.stringify({ resourceType: 'Parameters', parameter }) };
}

const sized = [
  { size: '2k', patient: '1', number: '9690937278', aboutBytes: 2_300 },
  { size: '30k', patient: '2', number: '9690937286', aboutBytes: 30_000 },
  { size: '1m', patient: '3', number: '9690937294', aboutBytes: 1_000_000 },
];

/** How far a JSON body's length is from the wanted one, as a part of it. */
async function offBy(aboutBytes: number, response: Response): Promise<number> {
  const text = await response.text();
  JSON.parse(text);
  return Math.abs(text.length / aboutBytes - 1);
}

test.for(sized)(
  'what patient $patient has is about $aboutBytes bytes',
  async ({ patient, number, aboutBytes }) => {
    const ask = await startProvider();
    for (const operation of ['getstructuredrecord', 'migratestructuredrecord', 'getcarerecord']) {
      expect(await offBy(aboutBytes, await ask(`/Patient/$gpc.${operation}`, recordOf(number)))).toBeLessThan(
        0.15,
      );
    }
    expect(await offBy(aboutBytes, await ask(`/Patient/${patient}/Appointment`))).toBeLessThan(0.15);
    expect(await offBy(aboutBytes, await ask(`/Patient/${patient}/DocumentReference`))).toBeLessThan(0.15);
  },
);

test.for(sized)(
  'X-Sample-Size and _size $size make about $aboutBytes bytes',
  async ({ size, aboutBytes }) => {
    const ask = await startProvider();
    for (const path of ['/Binary/1?', '/Slot?start=ge2026-03-01&', '/Patient/1/Appointment?']) {
      expect(await offBy(aboutBytes, await ask(path, { headers: { 'X-Sample-Size': size } }))).toBeLessThan(
        0.15,
      );
      expect(await offBy(aboutBytes, await ask(`${path}_size=${size}`))).toBeLessThan(0.15);
    }
  },
);

test.for([
  { path: '/metadata', expected: 'CapabilityStatement' },
  { path: `/Patient?identifier=${nhsNumber}%7C9000000084`, expected: 'Bundle' },
  { path: '/Patient/1', expected: 'Patient' },
  { path: '/Practitioner?identifier=https://fhir.nhs.uk/Id/sds-user-id|1', expected: 'Bundle' },
  { path: '/Practitioner/1', expected: 'Practitioner' },
  {
    path: '/Organization?identifier=https://fhir.nhs.uk/Id/ods-organization-code|B82617',
    expected: 'Bundle',
  },
  { path: '/Organization/1', expected: 'Organization' },
  { path: '/Location/1', expected: 'Location' },
  { path: '/Slot?start=ge2026-03-01&end=le2026-03-02&status=free', expected: 'Bundle' },
  { path: '/Appointment/1', expected: 'Appointment' },
  { path: '/Binary/1m-2', expected: 'Binary' },
])('GET $path answers a $expected', async ({ path, expected }) => {
  const response = await (await startProvider())(path);
  expect(response.headers.get('content-type')).toBe('application/fhir+json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toMatchObject({ resourceType: expected });
});

test.for([
  { path: '/Patient?identifier=http://elsewhere|1', status: 400, code: 'INVALID_IDENTIFIER_SYSTEM' },
  { path: `/Patient?identifier=${nhsNumber}|9690937279`, status: 400, code: 'INVALID_NHS_NUMBER' },
  { path: '/Patient', status: 422, code: 'INVALID_PARAMETER' },
  { path: '/Patient/9', status: 404, code: 'PATIENT_NOT_FOUND' },
  { path: '/Practitioner/9', status: 404, code: 'PRACTITIONER_NOT_FOUND' },
  { path: '/Organization/9', status: 404, code: 'ORGANISATION_NOT_FOUND' },
  { path: '/Appointment/9', status: 404, code: 'NO_RECORD_FOUND' },
  { path: '/Slot?start=soon', status: 422, code: 'INVALID_PARAMETER' },
  { path: '/Observation/1', status: 501, code: 'NOT_IMPLEMENTED' },
  { path: '/Patient/1?_size=huge', status: 400, code: 'BAD_REQUEST' },
  { path: '/Patient/1?_fault=status=409', status: 409, code: 'DUPLICATE_REJECTED' },
  { path: '/Patient/1?_fault=status=503', status: 503, code: 'INTERNAL_SERVER_ERROR' },
])('GET $path is refused with $status $code', async ({ path, status, code }) => {
  const response = await (await startProvider())(path);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ issue: [{ details: { coding: [{ code }] } }] });
});

test.for(Object.keys(spineHeaders))('without %s a request is refused', async (name) => {
  const ask = await startProvider();
  const response = await ask('/metadata', { headers: { [name]: '' } });
  expect(response.status).toBe(400);
});

test('DSTU2 callers get the media type they ask for', async () => {
  const response = await (
    await startProvider()
  )('/metadata', { headers: { Accept: 'application/json+fhir' } });
  expect(response.headers.get('content-type')).toBe('application/json+fhir');
});

test('a large answer is compressed for those who take it', async () => {
  const ask = await startProvider();
  const zipped = await ask('/Patient/2/Appointment', { headers: { 'Accept-Encoding': 'gzip' } });
  const plain = await ask('/Patient/2/Appointment', { headers: { 'Accept-Encoding': 'identity' } });
  expect(zipped.headers.get('content-encoding')).toBe('gzip');
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(await zipped.text()).toBe(await plain.text());
});

test('an appointment is booked, read, and changed only by who saw its latest version', async () => {
  const ask = await startProvider();
  const body = JSON.stringify({ resourceType: 'Appointment', status: 'booked' });
  const booked = await ask('/Appointment', { method: 'POST', body });
  expect([booked.status, booked.headers.get('location')]).toEqual([201, 'Appointment/2']);
  const etag = (await ask('/Appointment/2')).headers.get('etag') ?? '';
  const change = {
    method: 'PUT',
    body: JSON.stringify({ resourceType: 'Appointment', status: 'cancelled' }),
  };
  const changed = await ask('/Appointment/2', { ...change, headers: { 'If-Match': etag } });
  expect([changed.status, changed.headers.get('etag')]).toEqual([200, 'W/"2"']);
  expect((await ask('/Appointment/2', { ...change, headers: { 'If-Match': etag } })).status).toBe(409);
  expect((await ask('/Appointment', { method: 'POST', body: '{}' })).status).toBe(422);
});

test('a delayed answer is whole and a dripped one is chunked and whole', async () => {
  const ask = await startProvider();
  const whole = await (await ask('/Patient/1')).text();
  const startedMs = performance.now();
  expect(await (await ask('/Patient/1?_fault=delay=60')).text()).toBe(whole);
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(58);
  const dripped = await ask('/Patient/1', { headers: { 'X-Sample-Fault': 'drip=40' } });
  expect(dripped.headers.get('content-length')).toBeNull();
  expect(await dripped.text()).toBe(whole);
});

test('a reset answer never begins, and a dying one never ends', async () => {
  const ask = await startProvider();
  await expect(ask('/Patient/1?_fault=reset')).rejects.toThrow('fetch failed');
  const dying = await ask('/Patient/3/Appointment?_fault=die');
  expect(dying.status).toBe(200);
  await expect(dying.text()).rejects.toThrow('terminated');
});

test('a hanging answer is given up when the provider stops', async () => {
  const resources = new AsyncDisposableStack();
  const stopping = new AbortController();
  const server = createServer(answerRequests(() => {}, stopping.signal));
  const { port } = await listen(server, { host: '127.0.0.1', port: 0 }, resources);
  resources.defer(() => stopping.abort());
  const arrived = new Promise((resolve) => server.once('request', resolve));
  const hanging = fetch(`http://127.0.0.1:${port}/Patient/1?_fault=hang`, { headers: spineHeaders });
  await arrived;
  await Promise.all([resources.disposeAsync(), expect(hanging).rejects.toThrow('fetch failed')]);
});
