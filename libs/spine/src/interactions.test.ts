import { expect, test } from 'vitest';
import { InteractionId } from './interaction-id.ts';
import { interactions, resourceMethods } from './interactions.ts';

const gp = 'urn:nhs:names:services:gpconnect:';

test('every interaction of the table has an id of the grammar, once', () => {
  const ids = interactions.map(({ id }) => InteractionId.parse(id));
  expect(new Set(ids).size).toBe(ids.length);
});

test.for([
  { id: `${gp}fhir:operation:gpc.getcarerecord`, expected: ['POST'] },
  { id: `${gp}fhir:operation:gpc.getstructuredrecord-1`, expected: ['POST'] },
  { id: `${gp}fhir:operation:gpc.registerpatient-1`, expected: ['POST'] },
  { id: `${gp}fhir:rest:create:appointment-1`, expected: ['POST'] },
  { id: `${gp}fhir:rest:update:appointment-1`, expected: ['GET', 'PUT'] },
  { id: `${gp}fhir:rest:cancel:appointment-1`, expected: ['GET', 'PUT'] },
  { id: `${gp}fhir:rest:read:appointment-1`, expected: ['GET', 'PUT'] },
  { id: `${gp}fhir:rest:search:patient_appointments-1`, expected: ['GET'] },
  { id: `${gp}fhir:rest:search:slot-1`, expected: ['GET'] },
  { id: `${gp}fhir:rest:search:patient-1`, expected: ['GET'] },
  { id: `${gp}fhir:rest:read:patient-1`, expected: ['GET'] },
  { id: `${gp}fhir:rest:search:practitioner-1`, expected: ['GET'] },
  { id: `${gp}fhir:rest:read:practitioner-1`, expected: ['GET'] },
  { id: `${gp}fhir:rest:search:organization-1`, expected: ['GET'] },
  { id: `${gp}fhir:rest:read:organization-1`, expected: ['GET'] },
  { id: `${gp}fhir:rest:read:location-1`, expected: ['GET'] },
  { id: `${gp}fhir:rest:read:metadata`, expected: ['GET'] },
  { id: `${gp}fhir:rest:read:metadata-1`, expected: ['GET'] },
  { id: 'urn:nhs:names:services:careconnect:fhir:rest:create:appointment', expected: ['GET', 'POST'] },
  { id: 'urn:nhs:names:services:nrl:DocumentReference.content.read', expected: ['GET'] },
])('the resource of $id takes $expected (spec 3.2)', ({ id, expected }) => {
  const interaction = interactions.find((row) => row.id === id);
  expect(interaction).toBeDefined();
  expect(interaction && resourceMethods(interaction, interactions)).toEqual(expected);
});

test.for([
  { path: '/Patient', scope: 'patient' },
  { path: '/Appointment', scope: 'patient' },
  { path: '/Binary', scope: 'patient' },
  { path: '/Organization', scope: 'organization' },
  { path: '/Practitioner', scope: 'organization' },
  { path: '/Location', scope: 'organization' },
  { path: '/Slot', scope: 'organization' },
  { path: '/metadata', scope: 'organization' },
])('what touches $path needs a scope of $scope (spec 8)', ({ path, scope }) => {
  const rows = interactions.filter((row) => row.path.startsWith(path));
  expect(rows.length).toBeGreaterThan(0);
  const scopes = rows.map((row) => row.scopes.map((needed) => needed.split('/', 1)[0]));
  expect(scopes).toEqual(rows.map(() => [scope]));
});
