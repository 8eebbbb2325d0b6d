/** The methods that are forwarded (spec 2.1, 17.26). */
export const forwardedMethods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'] as const;
/** All of them, as the header `Allow` has them. */
export const forwardedMethodList = forwardedMethods.join(', ');
export type ForwardedMethod = (typeof forwardedMethods)[number];

/** What a token may ask for, the optional `conf/N` and `conf/R` aside (spec 8). */
export const tokenScopes = [
  'patient/*.read',
  'patient/*.write',
  'organization/*.read',
  'organization/*.write',
] as const;
export type TokenScope = (typeof tokenScopes)[number];

/** What is known of an interaction beforehand (spec 10). */
export type Interaction = {
  readonly id: string;
  readonly methods: readonly ForwardedMethod[];
  /** Below the service root; interactions of one path are one resource, which OPTIONS tells of. Never matched against a target. */
  readonly path: string;
  /** A token needs one of these (spec 8: by the resource that is touched). */
  readonly scopes: readonly TokenScope[];
  /** What `aud` may name beside the provider's own service root. */
  readonly audiences?: readonly string[];
};

const gp = 'urn:nhs:names:services:gpconnect:';
const careConnect = 'urn:nhs:names:services:careconnect:';
const nrl = 'urn:nhs:names:services:nrl:';

const readPatient = ['patient/*.read'] as const;
const writePatient = ['patient/*.write'] as const;
const readOrganisation = ['organization/*.read'] as const;

// DSTU2 tokens name the national authorisation server that was never built.
const dstu2 = ['https://authorize.fhir.nhs.net/token'] as const;

/** The interactions of GP Connect, Care Connect and the National Record Locator that use the proxy. */
export const interactions: readonly Interaction[] = [
  {
    id: `${gp}fhir:rest:read:metadata`,
    methods: ['GET'],
    path: '/metadata',
    scopes: readOrganisation,
    audiences: dstu2,
  },
  { id: `${gp}fhir:rest:read:metadata-1`, methods: ['GET'], path: '/metadata', scopes: readOrganisation },
  {
    id: `${gp}fhir:operation:gpc.getcarerecord`,
    methods: ['POST'],
    path: '/Patient/$gpc.getcarerecord',
    scopes: readPatient,
    audiences: dstu2,
  },
  {
    id: `${gp}fhir:operation:gpc.getcarerecord-1`,
    methods: ['POST'],
    path: '/Patient/$gpc.getcarerecord',
    scopes: readPatient,
    audiences: dstu2,
  },
  {
    id: `${gp}fhir:operation:gpc.getschedule`,
    methods: ['POST'],
    path: '/Organization/{id}/$gpc.getschedule',
    scopes: readOrganisation,
    audiences: dstu2,
  },
  { id: `${gp}fhir:rest:read:patient-1`, methods: ['GET'], path: '/Patient/{id}', scopes: readPatient },
  { id: `${gp}fhir:rest:search:patient-1`, methods: ['GET'], path: '/Patient', scopes: readPatient },
  {
    id: `${gp}fhir:rest:read:practitioner-1`,
    methods: ['GET'],
    path: '/Practitioner/{id}',
    scopes: readOrganisation,
  },
  {
    id: `${gp}fhir:rest:search:practitioner-1`,
    methods: ['GET'],
    path: '/Practitioner',
    scopes: readOrganisation,
  },
  {
    id: `${gp}fhir:rest:read:organization-1`,
    methods: ['GET'],
    path: '/Organization/{id}',
    scopes: readOrganisation,
  },
  {
    id: `${gp}fhir:rest:search:organization-1`,
    methods: ['GET'],
    path: '/Organization',
    scopes: readOrganisation,
  },
  {
    id: `${gp}fhir:rest:read:location-1`,
    methods: ['GET'],
    path: '/Location/{id}',
    scopes: readOrganisation,
  },
  { id: `${gp}fhir:rest:search:location-1`, methods: ['GET'], path: '/Location', scopes: readOrganisation },
  {
    id: `${gp}fhir:operation:gpc.registerpatient-1`,
    methods: ['POST'],
    path: '/Patient/$gpc.registerpatient',
    scopes: writePatient,
  },
  { id: `${gp}fhir:rest:search:slot-1`, methods: ['GET'], path: '/Slot', scopes: readOrganisation },
  {
    id: `${gp}fhir:rest:read:appointment-1`,
    methods: ['GET'],
    path: '/Appointment/{id}',
    scopes: readPatient,
  },
  {
    id: `${gp}fhir:rest:create:appointment-1`,
    methods: ['POST'],
    path: '/Appointment',
    scopes: writePatient,
  },
  {
    id: `${gp}fhir:rest:update:appointment-1`,
    methods: ['PUT'],
    path: '/Appointment/{id}',
    scopes: writePatient,
  },
  {
    id: `${gp}fhir:rest:cancel:appointment-1`,
    methods: ['PUT'],
    path: '/Appointment/{id}',
    scopes: writePatient,
  },
  {
    id: `${gp}fhir:rest:search:patient_appointments-1`,
    methods: ['GET'],
    path: '/Patient/{id}/Appointment',
    scopes: readPatient,
  },
  {
    id: `${gp}fhir:operation:gpc.getstructuredrecord-1`,
    methods: ['POST'],
    path: '/Patient/$gpc.getstructuredrecord',
    scopes: readPatient,
  },
  {
    id: `${gp}fhir:operation:gpc.migratestructuredrecord-1`,
    methods: ['POST'],
    path: '/Patient/$gpc.migratestructuredrecord',
    scopes: readPatient,
  },
  {
    id: `${gp}structured:fhir:rest:read:metadata-1`,
    methods: ['GET'],
    path: '/metadata',
    scopes: readOrganisation,
  },
  {
    id: `${gp}documents:fhir:rest:read:metadata-1`,
    methods: ['GET'],
    path: '/metadata',
    scopes: readOrganisation,
  },
  {
    id: `${gp}documents:fhir:rest:search:patient-1`,
    methods: ['GET'],
    path: '/Patient',
    scopes: readPatient,
  },
  {
    id: `${gp}documents:fhir:rest:search:documentreference-1`,
    methods: ['GET'],
    path: '/Patient/{id}/DocumentReference',
    scopes: readPatient,
  },
  {
    id: `${gp}documents:fhir:rest:read:binary-1`,
    methods: ['GET'],
    path: '/Binary/{id}',
    scopes: readPatient,
  },
  {
    id: `${gp}documents:fhir:rest:migrate:binary-1`,
    methods: ['GET'],
    path: '/Binary/{id}',
    scopes: readPatient,
  },
  {
    id: `${careConnect}fhir:rest:read:metadata`,
    methods: ['GET'],
    path: '/metadata',
    scopes: readOrganisation,
  },
  { id: `${careConnect}fhir:rest:search:slot`, methods: ['GET'], path: '/Slot', scopes: readOrganisation },
  {
    id: `${careConnect}fhir:rest:create:appointment`,
    methods: ['POST'],
    path: '/Appointment',
    scopes: writePatient,
  },
  {
    id: `${careConnect}fhir:rest:search:appointment`,
    methods: ['GET'],
    path: '/Appointment',
    scopes: readPatient,
  },
  {
    id: `${careConnect}fhir:rest:read:appointment`,
    methods: ['GET'],
    path: '/Appointment/{id}',
    scopes: readPatient,
  },
  {
    id: `${careConnect}fhir:rest:update:appointment`,
    methods: ['PUT'],
    path: '/Appointment/{id}',
    scopes: writePatient,
  },
  { id: `${nrl}DocumentReference.content.read`, methods: ['GET'], path: '/{pointer}', scopes: readPatient },
];

/** Programme of an interaction id: `gpconnect` of `urn:nhs:names:services:gpconnect:…`. */
const programmeOf = (id: string) => id.split(':', 5)[4] ?? '';

/**
 * The verbs that a resource takes: those of all interactions of one programme with one path, in the order GET, POST, PUT.
 * So an appointment that is read may also be put (spec 3.2).
 */
export function resourceMethods(
  interaction: Pick<Interaction, 'id' | 'path'>,
  table: readonly Pick<Interaction, 'id' | 'path' | 'methods'>[],
): readonly ForwardedMethod[] {
  const programme = programmeOf(interaction.id);
  const taken = new Set(
    table
      .filter((other) => other.path === interaction.path && programmeOf(other.id) === programme)
      .flatMap((other) => other.methods),
  );
  return forwardedMethods.filter((method) => taken.has(method));
}
