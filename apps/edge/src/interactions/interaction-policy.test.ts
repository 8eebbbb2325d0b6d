import { describe, expect, test } from 'vitest';
import { interactionPolicies } from './interaction-policy.ts';
import { InteractionsFile } from './interactions-file.ts';

const timeouts = { connectMs: 5_000, firstByteMs: 30_000, idleMs: 30_000, totalMs: 600_000 };
const settings = { enforcement: 'off', lifetimeMaxSeconds: 300, skewSeconds: 30, timeouts } as const;

const gp = 'urn:nhs:names:services:gpconnect:';
const metadata = `${gp}fhir:rest:read:metadata-1`;
const careRecord = `${gp}fhir:operation:gpc.getcarerecord`;
const update = `${gp}fhir:rest:update:appointment-1`;
const nobody = 'urn:nhs:names:services:nobody:described';

const policiesOf = (file: object, more: object = {}) =>
  interactionPolicies(InteractionsFile.parse(file), { ...settings, ...more });

describe('without a file', () => {
  const of = policiesOf({});
  test('nothing is enforced and no method is guarded', () => {
    for (const id of [metadata, careRecord, nobody])
      expect(of(id)).toMatchObject({ onlyMethods: null, token: { enforcement: 'off' }, timeouts });
  });
  test('the environment sets the enforcement of all', () => {
    expect(policiesOf({}, { enforcement: 'full' })(nobody).token.enforcement).toBe('full');
  });
  test('a DSTU2 interaction takes the fixed audience, another does not', () => {
    expect(of(careRecord).audiences).toEqual(['https://authorize.fhir.nhs.net/token']);
    expect(of(metadata).audiences).toEqual([]);
  });
  test('one policy is shared by all exchanges of an interaction', () => {
    expect(of(metadata)).toBe(of(metadata));
    expect(of(nobody)).toBe(of('urn:nhs:names:services:nobody:else'));
  });
});

describe('with a file', () => {
  const of = policiesOf(
    {
      default: { token: 'structure', timeouts: { totalMs: 60_000 } },
      interactions: {
        [metadata]: { token: 'off', timeouts: { connectMs: 100 } },
        [update]: { methods: ['PUT', 'DELETE'], methodGuard: true, scopes: ['patient/*.read'] },
        [nobody]: { methods: ['PATCH'], methodGuard: true, audiences: ['urn:x'] },
      },
    },
    { enforcement: 'full' },
  );
  test.for([
    { id: careRecord, enforcement: 'structure', why: 'the default goes before the environment' },
    { id: metadata, enforcement: 'off', why: 'the row goes before the default' },
    { id: update, enforcement: 'structure', why: 'the row says nothing of it' },
  ])('$id: $enforcement, for $why', ({ id, enforcement }) => {
    expect(of(id).token.enforcement).toBe(enforcement);
  });
  test('each timeout is taken by itself', () => {
    expect(of(metadata).timeouts).toEqual({ ...timeouts, connectMs: 100, totalMs: 60_000 });
    expect(of(careRecord).timeouts).toEqual({ ...timeouts, totalMs: 60_000 });
  });
  test('methods are guarded where the row asks for it, and the resource takes what its rows take', () => {
    expect(of(update)).toMatchObject({ onlyMethods: ['PUT', 'DELETE'], resourceMethods: 'GET, PUT, DELETE' });
    expect(of(`${gp}fhir:rest:read:appointment-1`)).toMatchObject({
      onlyMethods: null,
      resourceMethods: 'GET, PUT, DELETE',
    });
    expect(of(metadata).onlyMethods).toBeNull();
  });
  test('an interaction that the table lacks is added', () => {
    expect(of(nobody)).toMatchObject({
      onlyMethods: ['PATCH'],
      resourceMethods: 'PATCH',
      audiences: ['urn:x'],
    });
    expect(of(nobody).token.scopes).toEqual([]);
  });
  test('a scope of the row replaces that of the table', () => {
    expect(of(update).token.scopes).toEqual(['patient/*.read']);
    expect(of(metadata).token.scopes).toEqual(['organization/*.read']);
  });
});

test('the default may guard all: an interaction of the table by its methods, another by those that are forwarded', () => {
  const of = policiesOf({
    default: { methodGuard: true },
    interactions: { [metadata]: { methodGuard: false } },
  });
  expect(of(careRecord).onlyMethods).toEqual(['POST']);
  expect(of(metadata).onlyMethods).toBeNull();
  expect(of(nobody).onlyMethods).toEqual(['GET', 'POST', 'PUT', 'DELETE', 'PATCH']);
});
