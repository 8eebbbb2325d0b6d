import { Asid } from './asid.ts';
import { isRecord } from './is-record.ts';

/** The claims whose presence and type are looked at, over both forms of token. */
export const checkedClaims = [
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'reason_for_request',
  'requested_scope',
  'requesting_device',
  'requesting_organization',
  'requesting_practitioner',
  'scope',
  'requesting_system',
  'requesting_user',
] as const;
export type CheckedClaim = (typeof checkedClaims)[number];

export type Claims = Readonly<Record<string, unknown>>;

/** A form of token: what it must say, and how it names scope, sender's organisation and sender's system. */
export type TokenForm = {
  readonly required: readonly (readonly [CheckedClaim, (claim: unknown) => boolean])[];
  readonly scope: (claims: Claims) => unknown;
  /** ODS code of the requesting organisation. */
  readonly organisation: (claims: Claims) => string | null;
  /** ASID of the requesting system, where the form has it. */
  readonly system: (claims: Claims) => string | null;
  /** What `sub` must repeat, where the token gives it. */
  readonly subject: (claims: Claims) => unknown;
};

const isText = (claim: unknown) => typeof claim === 'string' && claim.trim() !== '';
const isSeconds = (claim: unknown) => Number.isSafeInteger(claim) && Number(claim) >= 0;
const isAudience = (claim: unknown) =>
  isText(claim) || (Array.isArray(claim) && claim.length > 0 && claim.every(isText));
const resource = (type: string) => (claim: unknown) => isRecord(claim) && claim['resourceType'] === type;

const reasons: ReadonlySet<unknown> = new Set(['directcare', 'migration', 'secondaryuses', 'patientaccess']);

const common = [
  ['iss', isText],
  ['sub', isText],
  ['aud', isAudience],
  ['exp', isSeconds],
  ['iat', isSeconds],
  ['reason_for_request', (claim) => reasons.has(claim)],
] as const satisfies TokenForm['required'];

/** GP Connect, STU3 and DSTU2: FHIR resources as claims. */
const gpConnect: TokenForm = {
  required: [
    ...common,
    ['requested_scope', isText],
    ['requesting_device', resource('Device')],
    [
      'requesting_organization',
      (claim) => resource('Organization')(claim) && odsCodeOfResource(claim) !== null,
    ],
    ['requesting_practitioner', resource('Practitioner')],
  ],
  scope: (claims) => claims['requested_scope'],
  organisation: (claims) => odsCodeOfResource(claims['requesting_organization']),
  system: () => null,
  subject: ({ requesting_practitioner: practitioner }) =>
    isRecord(practitioner) ? practitioner['id'] : undefined,
};

/** Spine Core and the National Record Locator: `system|value` texts as claims. */
const spineCore: TokenForm = {
  required: [
    ...common,
    ['scope', isText],
    ['requesting_system', (claim) => Asid.safeParse(valueOf(claim, accreditedSystem)).success],
    ['requesting_organization', (claim) => valueOf(claim, odsSystems[0]) !== null],
    ['requesting_user', isText],
  ],
  scope: (claims) => claims['scope'],
  organisation: (claims) => valueOf(claims['requesting_organization'], odsSystems[0]),
  system: (claims) => valueOf(claims['requesting_system'], accreditedSystem),
  subject: (claims) => claims['requesting_user'],
};

/** A token that has `scope` or `requesting_system`, and no `requested_scope`, is of the Spine Core form; any other of GP Connect's. */
export function tokenForm(claims: Claims): TokenForm {
  if ('requested_scope' in claims) return gpConnect;
  return 'scope' in claims || 'requesting_system' in claims ? spineCore : gpConnect;
}

const accreditedSystem = 'https://fhir.nhs.uk/Id/accredited-system';
// The second is that of DSTU2.
const odsSystems = [
  'https://fhir.nhs.uk/Id/ods-organization-code',
  'http://fhir.nhs.net/Id/ods-organization-code',
] as const;

/** What follows `system|`, or null. */
function valueOf(claim: unknown, system: string): string | null {
  if (typeof claim !== 'string' || !claim.startsWith(`${system}|`)) return null;
  const value = claim.slice(system.length + 1).trim();
  return value === '' ? null : value;
}

function odsCodeOfResource(organisation: unknown): string | null {
  const identifiers: unknown = isRecord(organisation) ? organisation['identifier'] : null;
  if (!Array.isArray(identifiers)) return null;
  for (const identifier of identifiers) {
    if (!isRecord(identifier)) continue;
    const { system, value } = identifier;
    if (typeof value !== 'string' || value.trim() === '') continue;
    if (odsSystems.some((known) => known === system)) return value.trim();
  }
  return null;
}
