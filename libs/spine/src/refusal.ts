const responseCodes = 'http://fhir.nhs.net/ValueSet/gpconnect-schedule-response-code-1-0';
const spineCodes = 'https://fhir.nhs.uk/STU3/CodeSystem/Spine-ErrorOrWarningCode-1';
const spineOutcome = 'https://fhir.nhs.uk/StructureDefinition/spine-operationoutcome-1';

/** One row of the closed table of refusals. `{from}`, `{to}` and the like are filled from the refusal's facts. */
export type RefusalRow = {
  readonly status: number;
  /** FHIR issue type. */
  readonly issue: string;
  readonly text: string;
  readonly system?: string;
  /** `coding.code`; the HTTP status where absent. */
  readonly code?: string;
  /** `diagnostics`; the text where absent. */
  readonly diagnostics?: string;
  readonly severity?: 'fatal';
};

/** Every way in which the proxy itself ends an exchange (spec 7.1, 7.2, 7.5; texts are exact). */
export const refusals = {
  'certificate-missing': { status: 496, issue: 'forbidden', text: 'SSL_CERTIFICATE_REQUIRED' },
  'certificate-untrusted': { status: 495, issue: 'forbidden', text: 'SSL_CERTIFICATE_ERROR' },
  'certificate-expired': { status: 495, issue: 'forbidden', text: 'SSL_CERTIFICATE_ERROR' },
  'certificate-revoked': { status: 495, issue: 'forbidden', text: 'SSL_CERTIFICATE_ERROR' },
  'certificate-issuer-revoked': { status: 495, issue: 'forbidden', text: 'SSL_CERTIFICATE_ERROR' },
  'certificate-not-yet-valid': { status: 495, issue: 'forbidden', text: 'SSL_CERTIFICATE_ERROR' },
  'certificate-wrong-purpose': { status: 495, issue: 'forbidden', text: 'SSL_CERTIFICATE_ERROR' },
  'certificate-chain-incomplete': { status: 495, issue: 'forbidden', text: 'SSL_CERTIFICATE_ERROR' },
  'certificate-name-missing': { status: 495, issue: 'forbidden', text: 'SSL_CERTIFICATE_ERROR' },
  'certificate-dn-attribute-missing': { status: 495, issue: 'forbidden', text: 'SSL_CERTIFICATE_ERROR' },
  'certificate-dn-attribute-differs': { status: 495, issue: 'forbidden', text: 'SSL_CERTIFICATE_ERROR' },
  'certificate-name-unknown': { status: 495, issue: 'forbidden', text: 'SSL_CERTIFICATE_ERROR' },
  'no-crl-in-force': { status: 495, issue: 'forbidden', text: 'SSL_CERTIFICATE_ERROR' },
  'plain-http-on-tls-port': { status: 497, issue: 'forbidden', text: 'HTTP_REQUEST_SENT_TO_HTTPS_PORT' },
  'malformed-request': {
    status: 400,
    issue: 'invalid',
    text: 'BAD_REQUEST',
    diagnostics: 'BAD_REQUEST_{detail}',
  },
  'expectation-failed': { status: 417, issue: 'invalid', text: 'EXPECTATION_FAILED' },
  'method-not-allowed': {
    status: 405,
    issue: 'forbidden',
    text: '405: Method Not Allowed',
    system: spineOutcome,
    severity: 'fatal',
  },
  'invalid-target': {
    status: 400,
    issue: 'invalid',
    text: 'INVALID_TARGET_URL',
    diagnostics: 'INVALID_TARGET_URL_{detail}',
  },
  'target-too-long': { status: 414, issue: 'invalid', text: 'TARGET_URL_TOO_LONG' },
  'headers-too-large': { status: 431, issue: 'invalid', text: 'REQUEST_HEADER_FIELDS_TOO_LARGE' },
  'request-timeout': { status: 408, issue: 'transient', text: 'REQUEST_TIMED_OUT' },
  'missing-or-invalid-header': {
    status: 400,
    issue: 'invalid',
    text: 'There is a required header missing or invalid',
    system: spineCodes,
    code: 'MISSING_OR_INVALID_HEADER',
    diagnostics: '{header} {detail}',
  },
  'token-missing': {
    status: 400,
    issue: 'invalid',
    text: 'BAD_REQUEST',
    system: spineCodes,
    code: 'BAD_REQUEST',
    diagnostics: 'BAD_REQUEST_{detail}',
  },
  'token-invalid': {
    status: 400,
    issue: 'invalid',
    text: 'BAD_REQUEST',
    system: spineCodes,
    code: 'BAD_REQUEST',
    diagnostics: 'BAD_REQUEST_{detail}',
  },
  'token-mismatch': {
    status: 400,
    issue: 'invalid',
    text: 'BAD_REQUEST',
    system: spineCodes,
    code: 'BAD_REQUEST',
    diagnostics: 'BAD_REQUEST_{detail}',
  },
  'invalid-nhs-number': {
    status: 400,
    issue: 'value',
    text: 'INVALID_NHS_NUMBER',
    system: spineCodes,
    code: 'INVALID_NHS_NUMBER',
  },
  'sender-not-authorised': {
    status: 403,
    issue: 'forbidden',
    text: 'ASID_CHECK_FAILED_MESSAGESENDER_{from}',
  },
  'receiver-not-authorised': {
    status: 403,
    issue: 'forbidden',
    text: 'PARTYKEY_INTERACTION_CHECK_FAILED_MESSAGERECEIVER_{to}',
  },
  'receiver-unknown': {
    status: 400,
    issue: 'invalid',
    text: 'BAD_REQUEST',
    system: spineCodes,
    code: 'BAD_REQUEST',
  },
  'endpoint-mismatch': {
    status: 400,
    issue: 'invalid',
    text: 'ENDPOINT_{endpoint}_CPAID_{cpaId}_VARIES_FROM_TARGETURL_{target}',
  },
  'no-agreement': {
    status: 403,
    issue: 'forbidden',
    text: 'FOT_CHECK_FAILED_MESSAGESENDER_{from}_MESSAGERECEIVER_{to}',
  },
  'consumer-limit': {
    status: 429,
    issue: 'throttled',
    text: 'CONSUMER_RATE_LIMIT_REACHED_{from}',
    diagnostics: 'CONSUMER_RATE_LIMIT_REACHED_{from}: {allowance}',
  },
  'provider-limit': {
    status: 503,
    issue: 'transient',
    text: 'PROVIDER_RATE_LIMIT_REACHED_{to}',
    diagnostics: 'PROVIDER_RATE_LIMIT_REACHED_{to}: {allowance}',
  },
  'provider-share-limit': {
    status: 503,
    issue: 'transient',
    text: 'PROVIDER_SHARE_LIMIT_REACHED_{to}',
    diagnostics: 'PROVIDER_SHARE_LIMIT_REACHED_{to}: {allowance}',
  },
  'provider-in-flight-limit': {
    status: 503,
    issue: 'transient',
    text: 'PROVIDER_IN_FLIGHT_LIMIT_REACHED_{to}',
    diagnostics: 'PROVIDER_IN_FLIGHT_LIMIT_REACHED_{to}: {allowance}',
  },
  'supplier-limit': {
    status: 503,
    issue: 'transient',
    text: 'SUPPLIER_RATE_LIMIT_REACHED_{to}',
    diagnostics: 'SUPPLIER_RATE_LIMIT_REACHED_{to}: {allowance}',
  },
  'global-limit': {
    status: 503,
    issue: 'transient',
    text: 'GLOBAL_RATE_LIMIT_REACHED',
    diagnostics: 'GLOBAL_RATE_LIMIT_REACHED: {allowance}',
  },
  'edge-in-flight-limit': {
    status: 503,
    issue: 'transient',
    text: 'EDGE_IN_FLIGHT_LIMIT_REACHED',
    diagnostics: 'EDGE_IN_FLIGHT_LIMIT_REACHED: {allowance}',
  },
  'audit-unavailable': { status: 503, issue: 'transient', text: 'AUDIT_UNAVAILABLE' },
  'audit-spool-unavailable': { status: 503, issue: 'transient', text: 'AUDIT_SPOOL_UNAVAILABLE' },
  'authorisation-unavailable': { status: 503, issue: 'transient', text: 'AUTHORISATION_UNAVAILABLE' },
  'limits-page-limit': { status: 429, issue: 'throttled', text: 'LIMITS_PAGE_RATE_LIMIT_REACHED' },
  'throttle-unavailable': { status: 503, issue: 'transient', text: 'THROTTLING_UNAVAILABLE' },
  'provider-unreachable': {
    status: 502,
    issue: 'transient',
    text: 'ERROR_COMMUNICATING_TO_ENDPOINT_URL_{target}',
  },
  'provider-timeout': { status: 504, issue: 'transient', text: 'SERVER_AT_TARGET_URL_TIMED_OUT_{target}' },
  'provider-timeout-unofficial': {
    status: 599,
    issue: 'transient',
    text: 'SERVER_AT_TARGET_URL_TIMED_OUT_{target}',
  },
  'provider-busy': { status: 503, issue: 'transient', text: 'NO_CONNECTION_TO_PROVIDER_FREE_{to}' },
  internal: { status: 500, issue: 'exception', text: 'INTERNAL_SERVER_ERROR' },
} as const satisfies Record<string, RefusalRow>;

export type RefusalCode = keyof typeof refusals;

/** What fills the placeholders of a refusal's text, and the header `Allow` of a 405; shown to the caller, so never more than the caller sent or the directory publishes. */
export type RefusalFacts = Partial<
  Record<
    'from' | 'to' | 'endpoint' | 'cpaId' | 'target' | 'header' | 'detail' | 'allow' | 'allowance',
    string
  >
>;

/** The FHIR value set of the code table's ordinary rows. */
export const defaultCodingSystem = responseCodes;

/** Thrown to refuse an exchange. `message` is for our logs; callers see the code's text alone. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly status: number;
  // Private, so that no logger prints them: a target may name a patient.
  readonly #facts: RefusalFacts;

  constructor(code: RefusalCode, facts: RefusalFacts = {}, message: string = code, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = refusals[code].status;
    this.#facts = facts;
  }

  /** What fills the placeholders of the text. */
  get facts(): RefusalFacts {
    return this.#facts;
  }

  /** What exactly was wrong, for audit: a header's name or a word of a closed list, never a value that was sent. */
  get detail(): string | null {
    const { header, detail } = this.#facts;
    if (detail === undefined) return null;
    return header === undefined ? detail : `${header} ${detail}`;
  }
}
