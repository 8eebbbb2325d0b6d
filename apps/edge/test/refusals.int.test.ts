import { type AuthzAnswer, type ThrottleAnswer } from '@ssp/contracts';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { admit, allow, edgeRig, ownHeaders, targetPath } from './rig.ts';

const resources = new AsyncDisposableStack();
const rig = await edgeRig(resources);
afterAll(() => resources.disposeAsync());

beforeEach(() => {
  rig.authz.answer = allow;
  rig.throttle.answer = admit;
  rig.provider.answerWith((_req, res) => void res.end());
});

const json = { Accept: 'application/fhir+json' };
const send = (
  headers: Readonly<Record<string, string>>,
  path = `${targetPath}/Patient?a=1`,
  method = 'GET',
) => rig.good.send({ path, method, headers: { ...headers, ...json } });

const outcomeOf = (body: Buffer) => {
  const outcome: unknown = JSON.parse(body.toString());
  return outcome;
};

const issue = (status: number, code: string, display: string) => ({
  resourceType: 'OperationOutcome',
  issue: [
    {
      code,
      severity: 'error',
      details: { coding: [{ code: String(status), display }] },
      diagnostics: display,
    },
  ],
});

const refuse = (
  refusal: Extract<AuthzAnswer, { decision: 'refuse' }>['refusal'],
  more = {},
): AuthzAnswer => ({
  decision: 'refuse',
  decisionId: 'decision-2',
  rulesVersion: '7',
  parties: { senderOds: null, receiverOds: null, supplier: null },
  refusal,
  ...more,
});

test.for([
  {
    refusal: 'sender-not-authorised',
    status: 403,
    code: 'forbidden',
    text: 'ASID_CHECK_FAILED_MESSAGESENDER_<from>',
  },
  {
    refusal: 'receiver-not-authorised',
    status: 403,
    code: 'forbidden',
    text: 'PARTYKEY_INTERACTION_CHECK_FAILED_MESSAGERECEIVER_100000000022',
  },
  {
    refusal: 'no-agreement',
    status: 403,
    code: 'forbidden',
    text: 'FOT_CHECK_FAILED_MESSAGESENDER_<from>_MESSAGERECEIVER_100000000022',
  },
  {
    refusal: 'endpoint-mismatch',
    status: 400,
    code: 'invalid',
    text: 'ENDPOINT_https://orange.testlab.nhs.uk/v1/_CPAID_S1_VARIES_FROM_TARGETURL_https://orange.testlab.nhs.uk/B82617/STU3/1/gpconnect/fhir/Patient',
  },
] as const)(
  '$refusal is answered $status with the exact text, audited, and never forwarded',
  async ({ refusal, status, code, text }) => {
    rig.authz.answer = () => refuse(refusal, { endpoint: 'https://orange.testlab.nhs.uk/v1/', cpaId: 'S1' });
    const headers = ownHeaders();
    const before = rig.provider.requests.length;
    const answer = await send(headers);
    expect(answer.status).toBe(status);
    expect(outcomeOf(answer.body)).toMatchObject(
      issue(status, code, text.replace('<from>', headers['Ssp-From'] ?? '')),
    );
    expect(rig.provider.requests.length).toBe(before);
    const completed = await rig.events.completedOf(String(answer.headers['x-ssp-internalid']));
    expect(completed).toMatchObject({
      outcome: 'refused',
      refusal,
      status,
      endpoint: null,
      decisionId: 'decision-2',
    });
  },
);

test('a receiver refused as unknown is answered 400 with the code of the Spine', async () => {
  rig.authz.answer = () => refuse('receiver-unknown');
  const answer = await send(ownHeaders());
  expect(answer.status).toBe(400);
  const coding = {
    system: 'https://fhir.nhs.uk/STU3/CodeSystem/Spine-ErrorOrWarningCode-1',
    code: 'BAD_REQUEST',
  };
  expect(outcomeOf(answer.body)).toMatchObject({
    issue: [
      { code: 'invalid', severity: 'error', details: { coding: [coding] }, diagnostics: 'BAD_REQUEST' },
    ],
  });
});

test.for([
  { scope: 'consumer', status: 429, refusal: 'consumer-limit' },
  { scope: 'consumer-interaction', status: 429, refusal: 'consumer-limit' },
  { scope: 'consumer-provider', status: 429, refusal: 'consumer-limit' },
  { scope: 'provider', status: 503, refusal: 'provider-limit' },
  { scope: 'provider-interaction', status: 503, refusal: 'provider-limit' },
  { scope: 'provider-share', status: 503, refusal: 'provider-share-limit' },
  { scope: 'provider-in-flight', status: 503, refusal: 'provider-in-flight-limit' },
  { scope: 'supplier', status: 503, refusal: 'supplier-limit' },
  { scope: 'global', status: 503, refusal: 'global-limit' },
  { scope: 'edge-in-flight', status: 503, refusal: 'edge-in-flight-limit' },
] as const)(
  'a $scope limit is answered $status with the rate headers and Retry-After',
  async ({ scope, status, refusal }) => {
    rig.throttle.answer = (): ThrottleAnswer => ({
      admission: 'refuse',
      rule: 'night-time',
      scope,
      version: '3',
      counters: 'local',
      shadowed: ['day-time'],
      windowSeconds: scope.endsWith('in-flight') ? null : 9,
      limit: 5,
      remaining: 0,
      resetSeconds: 9,
      retryAfterSeconds: 2,
    });
    const answer = await send(ownHeaders());
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'x-rate-limit-limit': '5',
      'x-rate-limit-remaining': '0',
      'x-rate-limit-reset': '9',
      'retry-after': '2',
    });
    const window = scope.endsWith('in-flight') ? 'at once' : 'in 9 s';
    expect(outcomeOf(answer.body)).toMatchObject({
      issue: [{ diagnostics: expect.stringContaining(`: limit night-time of 5 ${window}, `) }],
    });
    expect(await rig.events.completedOf(String(answer.headers['x-ssp-internalid']))).toMatchObject({
      refusal,
      outcome: 'refused',
      admission: {
        answer: 'refuse',
        rule: 'night-time',
        scope,
        limit: 5,
        remaining: 0,
        version: '3',
        counters: 'local',
        shadowed: ['day-time'],
      },
    });
    const counted = await rig.service.metrics.metrics();
    expect(counted).toContain(`ssp_edge_limit_refusals_total{scope="${scope}"} 1`);
  },
);

test('a limit that is not counted now, and does not admit without, is answered 503', async () => {
  rig.throttle.answer = () => ({ admission: 'unavailable', rule: 'night-time', version: '3' });
  const before = rig.provider.requests.length;
  const answer = await send(ownHeaders());
  expect(answer.status).toBe(503);
  expect(outcomeOf(answer.body)).toMatchObject(issue(503, 'transient', 'THROTTLING_UNAVAILABLE'));
  expect(answer.headers['retry-after']).toBe('1');
  expect(answer.headers['x-rate-limit-limit']).toBeUndefined();
  expect(rig.provider.requests.length).toBe(before);
  expect(await rig.events.completedOf(String(answer.headers['x-ssp-internalid']))).toMatchObject({
    refusal: 'throttle-unavailable',
    admission: { answer: 'unavailable', rule: 'night-time', version: '3', counters: null },
  });
});

test('a stranger does not spend a limit: throttle is not asked about what authz refuses', async () => {
  rig.authz.answer = () => refuse('sender-not-authorised');
  rig.throttle.batches.length = 0;
  await send(ownHeaders());
  expect(rig.throttle.batches).toEqual([]);
});

test.for([
  { fault: 'missing', change: { 'Ssp-To': undefined }, diagnostics: 'Ssp-To missing' },
  { fault: 'malformed', change: { 'Ssp-From': '12' }, diagnostics: 'Ssp-From malformed' },
  {
    fault: 'repeated',
    change: {
      'Ssp-TraceID': ['09a01679-2564-0fb4-5129-aecc81ea2706', '09a01679-2564-0fb4-5129-aecc81ea2706'],
    },
    diagnostics: 'Ssp-TraceID repeated',
  },
])('a $fault header is answered 400 and names it', async ({ change, diagnostics }) => {
  const headers = Object.fromEntries(
    Object.entries({ ...ownHeaders(), ...json, ...change }).filter(([, value]) => value !== undefined),
  );
  const answer = await rig.good.send({ path: targetPath, headers });
  expect(answer.status).toBe(400);
  expect(outcomeOf(answer.body)).toMatchObject({
    issue: [{ code: 'invalid', diagnostics, details: { coding: [{ code: 'MISSING_OR_INVALID_HEADER' }] } }],
  });
});

test.for([
  { path: '/http://orange.testlab.nhs.uk/x', fault: 'not-https' },
  { path: '/https:/orange.testlab.nhs.uk/x', fault: 'collapsed-slash' },
  { path: '/https://10.0.0.1/x', fault: 'ip-literal-host' },
  { path: '/https://orange.testlab.nhs.uk:443/x', fault: 'explicit-port' },
  { path: `${targetPath}/%2e%2e/x`, fault: 'dot-segment' },
])('the target $path is answered 400 for $fault', async ({ path, fault }) => {
  const answer = await send(ownHeaders(), path);
  expect(answer.status).toBe(400);
  expect(outcomeOf(answer.body)).toMatchObject({ issue: [{ diagnostics: `INVALID_TARGET_URL_${fault}` }] });
  expect(await rig.events.completedOf(String(answer.headers['x-ssp-internalid']))).toMatchObject({
    refusal: 'invalid-target',
    refusalDetail: fault,
  });
});

test('a target beyond the longest accepted length is answered 414', async () => {
  const answer = await send(ownHeaders(), `${targetPath}/${'x'.repeat(16_400)}`);
  expect(answer.status).toBe(414);
});

test('HEAD is answered 405 with Allow', async () => {
  const answer = await send(ownHeaders(), targetPath, 'HEAD');
  expect(answer.status).toBe(405);
  expect(answer.headers['allow']).toBe('GET, POST, PUT, DELETE, PATCH');
});

test('a refusal is XML unless JSON is asked for', async () => {
  const answer = await rig.good.send({ path: '/x', headers: ownHeaders() });
  expect(answer.headers['content-type']).toContain('application/fhir+xml');
  expect(answer.body.toString()).toContain('<OperationOutcome xmlns="http://hl7.org/fhir">');
});

test.for([
  { service: 'authz', refusal: 'authorisation-unavailable' },
  { service: 'throttle', refusal: 'throttle-unavailable' },
] as const)('a broken $service closes the door with 503', async ({ service, refusal }) => {
  rig[service].answer = () => {
    throw new Error('broken');
  };
  const before = rig.provider.requests.length;
  const answer = await send(ownHeaders());
  expect(answer.status).toBe(503);
  expect(answer.headers['retry-after']).toBe('1');
  expect(rig.provider.requests.length).toBe(before);
  expect(await rig.events.completedOf(String(answer.headers['x-ssp-internalid']))).toMatchObject({ refusal });
});

test('a provider that does not answer in time is answered 504, without the query in the text', async () => {
  await using own = new AsyncDisposableStack();
  const { good, provider } = await edgeRig(own, { EDGE_PROVIDER_FIRST_BYTE_TIMEOUT_MS: '300' });
  provider.answerWith(() => undefined);
  const path = `${targetPath}/Patient?a=1`;
  const answer = await good.send({ path, headers: { ...ownHeaders(), ...json } });
  expect(answer.status).toBe(504);
  expect(outcomeOf(answer.body)).toMatchObject(
    issue(
      504,
      'transient',
      'SERVER_AT_TARGET_URL_TIMED_OUT_https://orange.testlab.nhs.uk/B82617/STU3/1/gpconnect/fhir/Patient',
    ),
  );
});

test('a provider that hangs up before its answer is answered 502', async () => {
  rig.provider.answerWith((req) => void req.socket.destroy());
  const answer = await send(ownHeaders());
  expect(answer.status).toBe(502);
  expect(outcomeOf(answer.body)).toMatchObject(
    issue(
      502,
      'transient',
      'ERROR_COMMUNICATING_TO_ENDPOINT_URL_https://orange.testlab.nhs.uk/B82617/STU3/1/gpconnect/fhir/Patient',
    ),
  );
  expect(await rig.events.completedOf(String(answer.headers['x-ssp-internalid']))).toMatchObject({
    outcome: 'failed',
    status: 502,
  });
});
