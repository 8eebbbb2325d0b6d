import { expect, test } from 'vitest';
import { capturedTerminal } from '../test/captured-terminal.ts';
import { inCapitals, readInteraction } from './provider-arguments.ts';

const gp = 'urn:nhs:names:services:gpconnect:';

test.for([
  { given: `${gp}fhir:rest:search:patient-1`, id: `${gp}fhir:rest:search:patient-1` },
  { given: 'urn:anything:else', id: 'urn:anything:else' },
  { given: 'search:patient-1', id: `${gp}fhir:rest:search:patient-1` },
  { given: 'gpc.getstructuredrecord-1', id: `${gp}fhir:operation:gpc.getstructuredrecord-1` },
  { given: 'structured:fhir:rest:read:metadata-1', id: `${gp}structured:fhir:rest:read:metadata-1` },
  { given: 'read:binary-1', id: `${gp}documents:fhir:rest:read:binary-1` },
])('$given means $id', ({ given, id }) => {
  expect(readInteraction(given)).toBe(id);
});

test.for([
  { given: 'search:nothing-1', fault: 'no known interaction ends in :search:nothing-1' },
  { given: 'patient-1', fault: `several end so, give more of one: ${gp}fhir:rest:read:patient-1, ` },
])('$given: $fault', ({ given, fault }) => {
  expect(() => readInteraction(given)).toThrow(fault);
});

test('small letters are put in capitals, and that is said', () => {
  const terminal = capturedTerminal('/');
  expect([inCapitals('b82617', terminal), inCapitals('B82617', terminal)]).toEqual(['B82617', 'B82617']);
  expect(terminal.said().match(/asking for B82617/g)).toHaveLength(1);
});
