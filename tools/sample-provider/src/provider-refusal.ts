const refusals = {
  INVALID_IDENTIFIER_SYSTEM: { status: 400, issue: 'value', text: 'The identifier has an unknown system' },
  INVALID_IDENTIFIER_VALUE: { status: 400, issue: 'value', text: 'The identifier has no usable value' },
  INVALID_NHS_NUMBER: { status: 400, issue: 'value', text: 'The NHS number fails its check digit' },
  BAD_REQUEST: { status: 400, issue: 'invalid', text: 'The request cannot be understood' },
  'ACCESS DENIED': { status: 403, issue: 'forbidden', text: 'The caller is not the proxy' },
  NO_ORGANISATION_CONSENT: { status: 403, issue: 'forbidden', text: 'The organisation does not share' },
  ORGANISATION_NOT_FOUND: { status: 404, issue: 'not-found', text: 'No such organisation' },
  PATIENT_NOT_FOUND: { status: 404, issue: 'not-found', text: 'No such patient' },
  PRACTITIONER_NOT_FOUND: { status: 404, issue: 'not-found', text: 'No such practitioner' },
  NO_RECORD_FOUND: { status: 404, issue: 'not-found', text: 'No such record' },
  DUPLICATE_REJECTED: {
    status: 409,
    issue: 'conflict',
    text: 'The resource is no longer as the caller saw it',
  },
  INVALID_RESOURCE: { status: 422, issue: 'invalid', text: 'The resource lacks what it must have' },
  INVALID_PARAMETER: { status: 422, issue: 'invalid', text: 'A parameter has a wrong value' },
  INTERNAL_SERVER_ERROR: {
    status: 500,
    issue: 'processing',
    text: 'The provider failed',
  },
  NOT_IMPLEMENTED: { status: 501, issue: 'not-supported', text: 'The sample provider does not do this' },
} as const satisfies Record<string, { status: number; issue: string; text: string }>;

/** The error codes that GP Connect providers answer with (spec section 7.3). */
export type ProviderRefusalCode = keyof typeof refusals;

/** Thrown to answer with an OperationOutcome; the status is the code's own. */
export class ProviderRefusal extends Error {
  override readonly name = 'ProviderRefusal';
  readonly code: ProviderRefusalCode;
  readonly status: number;

  constructor(code: ProviderRefusalCode, diagnostics: string = refusals[code].text) {
    super(diagnostics);
    this.code = code;
    this.status = refusals[code].status;
  }
}

/** The body of a refusal; `diagnostics` defaults to the code's fixed text. */
export function operationOutcome(code: ProviderRefusalCode, diagnostics: string = refusals[code].text) {
  return {
    resourceType: 'OperationOutcome',
    meta: { profile: ['https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-OperationOutcome-1'] },
    issue: [
      {
        severity: 'error',
        code: refusals[code].issue,
        details: {
          coding: [
            {
              system: 'https://fhir.nhs.uk/STU3/CodeSystem/Spine-ErrorOrWarningCode-1',
              code,
              display: refusals[code].text,
            },
          ],
        },
        diagnostics,
      },
    ],
  };
}

const codeByStatus: ReadonlyMap<number, ProviderRefusalCode> = new Map([
  [403, 'NO_ORGANISATION_CONSENT'],
  [404, 'NO_RECORD_FOUND'],
  [409, 'DUPLICATE_REJECTED'],
  [422, 'INVALID_RESOURCE'],
  [501, 'NOT_IMPLEMENTED'],
]);

/** The code that a provider most likely sends with a status of 400 to 599. */
export function refusalCodeOf(status: number): ProviderRefusalCode {
  return codeByStatus.get(status) ?? (status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
}
