const resourceTypes = new Set([
  'metadata',
  'Patient',
  'Practitioner',
  'Organization',
  'Location',
  'Slot',
  'Appointment',
  'Binary',
]);

/**
 * The part of a path from its FHIR resource on, whatever base stands before it.
 * A resource type that the provider does not know is kept too; no resource at all is an empty list.
 */
export function fhirSegments(path: string): readonly string[] {
  const segments = path.split('/').filter((segment) => segment !== '');
  const known = segments.findIndex((segment) => resourceTypes.has(segment));
  if (known >= 0) return segments.slice(known);
  const other = segments.findLastIndex((segment) => /^[A-Z][a-z]+(?:[A-Z][a-z]+)*$/.test(segment));
  return other >= 0 ? segments.slice(other) : [];
}
