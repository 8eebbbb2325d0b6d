import { describe, expect, test } from 'vitest';
import { operationOutcome, operationOutcomeXml } from './operation-outcome.ts';
import { Refusal, type RefusalFacts, refusals } from './refusal.ts';
import { statusText } from './status-text.ts';

const id = '7e8f1a3c-5b0d-4c1e-9f27-3a6f0b8c2d41';
const responseCodes = 'http://fhir.nhs.net/ValueSet/gpconnect-schedule-response-code-1-0';

describe('the published answers (spec 7.1)', () => {
  test.for([
    {
      refusal: new Refusal('endpoint-mismatch', {
        endpoint: 'https://supplier.thirdparty.nhs.uk/v1/fhir/',
        cpaId: 'S000000000001',
        target: 'https://supplier.thirdparty.nhs.uk/v1/test',
      }),
      status: 400,
      code: 'invalid',
      display:
        'ENDPOINT_https://supplier.thirdparty.nhs.uk/v1/fhir/_CPAID_S000000000001_VARIES_FROM_TARGETURL_https://supplier.thirdparty.nhs.uk/v1/test',
    },
    {
      refusal: new Refusal('sender-not-authorised', { from: '100000000001' }),
      status: 403,
      code: 'forbidden',
      display: 'ASID_CHECK_FAILED_MESSAGESENDER_100000000001',
    },
    {
      refusal: new Refusal('receiver-not-authorised', { to: '200000000002' }),
      status: 403,
      code: 'forbidden',
      display: 'PARTYKEY_INTERACTION_CHECK_FAILED_MESSAGERECEIVER_200000000002',
    },
    {
      refusal: new Refusal('no-agreement', { from: '200000000001', to: '200000000002' }),
      status: 403,
      code: 'forbidden',
      display: 'FOT_CHECK_FAILED_MESSAGESENDER_200000000001_MESSAGERECEIVER_200000000002',
    },
    {
      refusal: new Refusal('provider-unreachable', {
        target: 'https://supplier.thirdparty.nhs.uk/D11111/STU3/1/GPConnect/Patient',
      }),
      status: 502,
      code: 'transient',
      display:
        'ERROR_COMMUNICATING_TO_ENDPOINT_URL_https://supplier.thirdparty.nhs.uk/D11111/STU3/1/GPConnect/Patient',
    },
    {
      refusal: new Refusal('provider-timeout', { target: 'https://h.nhs.uk/b' }),
      status: 504,
      code: 'transient',
      display: 'SERVER_AT_TARGET_URL_TIMED_OUT_https://h.nhs.uk/b',
    },
  ])('$refusal.code: $status $display', ({ refusal, status, code, display }) => {
    expect(refusal.status).toBe(status);
    expect(operationOutcome(refusal, id)).toEqual({
      resourceType: 'OperationOutcome',
      id,
      issue: [
        {
          severity: 'error',
          code,
          details: { coding: [{ system: responseCodes, code: String(status), display }] },
          diagnostics: display,
        },
      ],
    });
  });

  test('405 is the sample: fatal, of its own system, without id and diagnostics', () => {
    const outcome = operationOutcome(new Refusal('method-not-allowed'), id);
    const system = 'https://fhir.nhs.uk/StructureDefinition/spine-operationoutcome-1';
    expect(outcome).toEqual({
      resourceType: 'OperationOutcome',
      issue: [
        {
          severity: 'fatal',
          code: 'forbidden',
          details: { coding: [{ system, code: '405', display: '405: Method Not Allowed' }] },
        },
      ],
    });
    expect(operationOutcomeXml(outcome)).toBe(
      `<?xml version="1.0" encoding="UTF-8"?><OperationOutcome xmlns="http://hl7.org/fhir"><issue><severity value="fatal"/><code value="forbidden"/><details><coding><system value="${system}"/><code value="405"/><display value="405: Method Not Allowed"/></coding></details></issue></OperationOutcome>`,
    );
  });
});

test('a faulty Ssp header is named in the diagnostics (spec 7.3, 7.5)', () => {
  const refusal = new Refusal('missing-or-invalid-header', { header: 'Ssp-From', detail: 'missing' });
  expect(operationOutcome(refusal, id).issue).toEqual([
    {
      severity: 'error',
      code: 'invalid',
      details: {
        coding: [
          {
            system: 'https://fhir.nhs.uk/STU3/CodeSystem/Spine-ErrorOrWarningCode-1',
            code: 'MISSING_OR_INVALID_HEADER',
            display: 'There is a required header missing or invalid',
          },
        ],
      },
      diagnostics: 'Ssp-From missing',
    },
  ]);
});

test.for<{ facts: RefusalFacts; display: string }>([
  {
    facts: { endpoint: 'https://h/$gpc', cpaId: "$&$1$'", target: 'https://h/$$/$gpc.getcarerecord' },
    display: "ENDPOINT_https://h/$gpc_CPAID_$&$1$'_VARIES_FROM_TARGETURL_https://h/$$/$gpc.getcarerecord",
  },
  {
    facts: { endpoint: 'https://h/{target}', cpaId: '{detail}', target: 'https://h/{header}/{endpoint}' },
    display: 'ENDPOINT_https://h/{target}_CPAID_{detail}_VARIES_FROM_TARGETURL_https://h/{header}/{endpoint}',
  },
])('what was asked for is inserted literally: $display', ({ facts, display }) => {
  const [issue] = operationOutcome(new Refusal('endpoint-mismatch', facts), id).issue;
  expect(issue?.diagnostics).toBe(display);
});

test('as XML, elements in the order of the FHIR schema and text escaped', () => {
  const refusal = new Refusal('provider-unreachable', { target: 'https://h/<a>&"\'\n\u0001é' });
  const text = "ERROR_COMMUNICATING_TO_ENDPOINT_URL_https://h/&lt;a&gt;&amp;&quot;'&#10;\uFFFDé";
  expect(operationOutcomeXml(operationOutcome(refusal, id))).toBe(
    `<?xml version="1.0" encoding="UTF-8"?><OperationOutcome xmlns="http://hl7.org/fhir"><id value="${id}"/><issue><severity value="error"/><code value="transient"/><details><coding><system value="${responseCodes}"/><code value="502"/><display value="${text}"/></coding></details><diagnostics value="${text}"/></issue></OperationOutcome>`,
  );
});

test.for([
  { code: 'certificate-missing', status: 496 },
  { code: 'certificate-untrusted', status: 495 },
  { code: 'certificate-expired', status: 495 },
  { code: 'certificate-revoked', status: 495 },
  { code: 'certificate-name-unknown', status: 495 },
  { code: 'no-crl-in-force', status: 495 },
  { code: 'malformed-request', status: 400 },
  { code: 'method-not-allowed', status: 405 },
  { code: 'invalid-target', status: 400 },
  { code: 'target-too-long', status: 414 },
  { code: 'missing-or-invalid-header', status: 400 },
  { code: 'consumer-limit', status: 429 },
  { code: 'provider-limit', status: 503 },
  { code: 'global-limit', status: 503 },
  { code: 'audit-unavailable', status: 503 },
  { code: 'authorisation-unavailable', status: 503 },
  { code: 'throttle-unavailable', status: 503 },
  { code: 'internal', status: 500 },
] as const)('$code is answered $status, with a reason phrase (spec 7.2, 7.5)', ({ code, status }) => {
  expect(refusals[code].status).toBe(status);
  expect(statusText(status)).not.toBe('Unknown');
});

test('an unforeseen fault shows nothing of itself', () => {
  const refusal = new Refusal('internal', {}, 'password=hunter2', { cause: new Error('select 1') });
  const outcome = operationOutcome(refusal, id);
  expect(JSON.stringify(outcome) + operationOutcomeXml(outcome)).not.toMatch(/hunter2|select/);
});
