import { describe, expect, test } from 'vitest';
import { operationOutcome, operationOutcomeXml } from './operation-outcome.ts';
import { Refusal, type RefusalCode, type RefusalFacts, refusals } from './refusal.ts';

const id = '7e8f1a3c-5b0d-4c1e-9f27-3a6f0b8c2d41';
const from = '100000000001';
const to = '200000000002';
const target = 'https://supplier.thirdparty.nhs.uk/v1/test';
const endpoint = 'https://supplier.thirdparty.nhs.uk/v1/fhir/';
const facts: RefusalFacts = { from, to, target, endpoint, cpaId: 'S000000000001' };

/** Status, issue type, text; the coding's code is the status, and the diagnostics are the text (spec 7.1). */
const ordinary: readonly (readonly [RefusalCode, number, string, string])[] = [
  ['certificate-missing', 496, 'forbidden', 'SSL_CERTIFICATE_REQUIRED'],
  ['certificate-untrusted', 495, 'forbidden', 'SSL_CERTIFICATE_ERROR'],
  ['certificate-expired', 495, 'forbidden', 'SSL_CERTIFICATE_ERROR'],
  ['certificate-revoked', 495, 'forbidden', 'SSL_CERTIFICATE_ERROR'],
  ['certificate-name-unknown', 495, 'forbidden', 'SSL_CERTIFICATE_ERROR'],
  ['no-crl-in-force', 495, 'forbidden', 'SSL_CERTIFICATE_ERROR'],
  ['plain-http-on-tls-port', 497, 'forbidden', 'HTTP_REQUEST_SENT_TO_HTTPS_PORT'],
  ['expectation-failed', 417, 'invalid', 'EXPECTATION_FAILED'],
  ['target-too-long', 414, 'invalid', 'TARGET_URL_TOO_LONG'],
  ['headers-too-large', 431, 'invalid', 'REQUEST_HEADER_FIELDS_TOO_LARGE'],
  ['request-timeout', 408, 'transient', 'REQUEST_TIMED_OUT'],
  ['sender-not-authorised', 403, 'forbidden', `ASID_CHECK_FAILED_MESSAGESENDER_${from}`],
  ['receiver-not-authorised', 403, 'forbidden', `PARTYKEY_INTERACTION_CHECK_FAILED_MESSAGERECEIVER_${to}`],
  [
    'endpoint-mismatch',
    400,
    'invalid',
    `ENDPOINT_${endpoint}_CPAID_S000000000001_VARIES_FROM_TARGETURL_${target}`,
  ],
  ['no-agreement', 403, 'forbidden', `FOT_CHECK_FAILED_MESSAGESENDER_${from}_MESSAGERECEIVER_${to}`],
  ['audit-unavailable', 503, 'transient', 'AUDIT_UNAVAILABLE'],
  ['audit-spool-unavailable', 503, 'transient', 'AUDIT_SPOOL_UNAVAILABLE'],
  ['authorisation-unavailable', 503, 'transient', 'AUTHORISATION_UNAVAILABLE'],
  ['throttle-unavailable', 503, 'transient', 'THROTTLING_UNAVAILABLE'],
  ['provider-unreachable', 502, 'transient', `ERROR_COMMUNICATING_TO_ENDPOINT_URL_${target}`],
  ['provider-timeout', 504, 'transient', `SERVER_AT_TARGET_URL_TIMED_OUT_${target}`],
  ['internal', 500, 'exception', 'INTERNAL_SERVER_ERROR'],
];

const responseCodes = 'http://fhir.nhs.net/ValueSet/gpconnect-schedule-response-code-1-0';

describe('byte for byte, in JSON and in XML', () => {
  test.for(ordinary)('%s: %i %s %s', ([code, status, issue, text]) => {
    expect(refusals[code].status).toBe(status);
    const outcome = operationOutcome(new Refusal(code, facts), id);
    expect(JSON.stringify(outcome)).toBe(
      `{"resourceType":"OperationOutcome","id":"${id}","issue":[{"severity":"error","code":"${issue}","details":{"coding":[{"system":"${responseCodes}","code":"${status}","display":"${text}"}]},"diagnostics":"${text}"}]}`,
    );
    expect(operationOutcomeXml(outcome)).toBe(
      `<?xml version="1.0" encoding="UTF-8"?><OperationOutcome xmlns="http://hl7.org/fhir"><id value="${id}"/><issue><severity value="error"/><code value="${issue}"/><details><coding><system value="${responseCodes}"/><code value="${status}"/><display value="${text}"/></coding></details><diagnostics value="${text}"/></issue></OperationOutcome>`,
    );
  });
});

const spineCodes = 'https://fhir.nhs.uk/STU3/CodeSystem/Spine-ErrorOrWarningCode-1';

/** What has diagnostics, or a code of the Spine's vocabulary, of its own (spec 7.3, 7.5). */
test.for([
  {
    code: 'invalid-target',
    detail: { detail: 'userinfo' },
    status: 400,
    issue: 'invalid',
    coding: { system: responseCodes, code: '400', display: 'INVALID_TARGET_URL' },
    diagnostics: 'INVALID_TARGET_URL_userinfo',
  },
  {
    code: 'missing-or-invalid-header',
    detail: { header: 'Ssp-To', detail: 'repeated' },
    status: 400,
    issue: 'invalid',
    coding: {
      system: spineCodes,
      code: 'MISSING_OR_INVALID_HEADER',
      display: 'There is a required header missing or invalid',
    },
    diagnostics: 'Ssp-To repeated',
  },
  {
    code: 'token-missing',
    detail: { detail: 'token-missing' },
    status: 400,
    issue: 'invalid',
    coding: { system: spineCodes, code: 'BAD_REQUEST', display: 'BAD_REQUEST' },
    diagnostics: 'BAD_REQUEST_token-missing',
  },
  {
    code: 'token-invalid',
    detail: { detail: 'claim-missing:iss' },
    status: 400,
    issue: 'invalid',
    coding: { system: spineCodes, code: 'BAD_REQUEST', display: 'BAD_REQUEST' },
    diagnostics: 'BAD_REQUEST_claim-missing:iss',
  },
  {
    code: 'token-mismatch',
    detail: { detail: 'organisation-mismatch' },
    status: 400,
    issue: 'invalid',
    coding: { system: spineCodes, code: 'BAD_REQUEST', display: 'BAD_REQUEST' },
    diagnostics: 'BAD_REQUEST_organisation-mismatch',
  },
  {
    code: 'receiver-unknown',
    detail: {},
    status: 400,
    issue: 'invalid',
    coding: { system: spineCodes, code: 'BAD_REQUEST', display: 'BAD_REQUEST' },
    diagnostics: 'BAD_REQUEST',
  },
  {
    code: 'invalid-nhs-number',
    detail: {},
    status: 400,
    issue: 'value',
    coding: { system: spineCodes, code: 'INVALID_NHS_NUMBER', display: 'INVALID_NHS_NUMBER' },
    diagnostics: 'INVALID_NHS_NUMBER',
  },
] as const)('$code: $status $coding.code, $diagnostics', (row) => {
  const { code, detail, status, issue, coding, diagnostics } = row;
  expect(refusals[code].status).toBe(status);
  const outcome = operationOutcome(new Refusal(code, detail), id);
  expect(outcome).toEqual({
    resourceType: 'OperationOutcome',
    id,
    issue: [{ severity: 'error', code: issue, details: { coding: [coding] }, diagnostics }],
  });
});

test.for([
  ['consumer-limit', 429, 'throttled', `CONSUMER_RATE_LIMIT_REACHED_${from}`],
  ['provider-limit', 503, 'transient', `PROVIDER_RATE_LIMIT_REACHED_${to}`],
  ['provider-share-limit', 503, 'transient', `PROVIDER_SHARE_LIMIT_REACHED_${to}`],
  ['provider-in-flight-limit', 503, 'transient', `PROVIDER_IN_FLIGHT_LIMIT_REACHED_${to}`],
  ['supplier-limit', 503, 'transient', `SUPPLIER_RATE_LIMIT_REACHED_${to}`],
  ['global-limit', 503, 'transient', 'GLOBAL_RATE_LIMIT_REACHED'],
  ['edge-in-flight-limit', 503, 'transient', 'EDGE_IN_FLIGHT_LIMIT_REACHED'],
] as const)('%s: %i %s %s, and the diagnostics say which limit', ([code, status, issue, text]) => {
  const allowance = 'limit bulk of 5 in 9 s; repeat after 2 s';
  const coding = { system: responseCodes, code: String(status), display: text };
  expect(operationOutcome(new Refusal(code, { ...facts, allowance }), id).issue).toEqual([
    {
      severity: 'error',
      code: issue,
      details: { coding: [coding] },
      diagnostics: `${text}: ${allowance}`,
    },
  ]);
});
