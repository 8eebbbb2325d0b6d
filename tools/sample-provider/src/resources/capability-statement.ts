/** What the sample provider can do, as FHIR wants it said. */
export function capabilityStatement(): string {
  return JSON.stringify({
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-01-05',
    kind: 'capability',
    software: { name: 'Sample provider', version: '1' },
    fhirVersion: '3.0.1',
    acceptUnknown: 'both',
    format: ['application/fhir+json', 'application/json+fhir'],
    rest: [
      {
        mode: 'server',
        resource: [
          resource('Patient', 'read', 'search-type'),
          resource('Practitioner', 'read', 'search-type'),
          resource('Organization', 'read', 'search-type'),
          resource('Location', 'read'),
          resource('Slot', 'search-type'),
          resource('Appointment', 'read', 'create', 'update', 'search-type'),
          resource('DocumentReference', 'search-type'),
          resource('Binary', 'read'),
        ],
        operation: [
          'gpc.getcarerecord',
          'gpc.getstructuredrecord',
          'gpc.migratestructuredrecord',
          'gpc.registerpatient',
        ].map((name) => ({ name, definition: { reference: `OperationDefinition/${name}` } })),
      },
    ],
  });
}

function resource(type: string, ...codes: readonly string[]) {
  return { type, interaction: codes.map((code) => ({ code })) };
}
