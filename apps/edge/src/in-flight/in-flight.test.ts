import { expect, test } from 'vitest';
import { InFlight } from './in-flight.ts';

const practice = '918999198738';
const other = '918999198993';
const interactionId = 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1';
const ask = (to: string) => ({ from: '200000000359', to, interactionId, supplier: null });

/** An edge's counts, and the calls that tell of them. */
function edge() {
  const inFlight = new InFlight('edge-1');
  const placesFor = (...providers: readonly string[]) => providers.map((to) => inFlight.place(ask(to)));
  const heard = (places: ReturnType<typeof placesFor>) => {
    const { caller, arrived } = inFlight.report(places);
    arrived();
    return caller;
  };
  const beat = () => {
    const report = inFlight.beat();
    report?.arrived();
    return report?.caller ?? null;
  };
  return { inFlight, placesFor, heard, beat };
}

test('a call leaves out what it asks for itself; from the next one on it counts', () => {
  const { placesFor, heard } = edge();
  const first = heard(placesFor(practice, practice, other));
  expect(first).toEqual({
    edge: 'edge-1',
    sequence: 0,
    inFlight: 0,
    providers: { [practice]: 0, [other]: 0 },
  });
  expect(heard(placesFor(practice))).toEqual({
    edge: 'edge-1',
    sequence: 1,
    inFlight: 3,
    providers: { [practice]: 2 },
  });
});

test('what ends is told with the next call, and no longer counts', () => {
  const { placesFor, heard } = edge();
  const places = placesFor(practice, practice, other);
  heard(places);
  for (const place of places) place.end();
  expect(heard(placesFor(other))).toMatchObject({ inFlight: 0, providers: { [practice]: 0, [other]: 0 } });
});

test('an exchange ends once, however often that is said', () => {
  const { placesFor, heard, beat } = edge();
  const [place] = placesFor(practice);
  heard(place === undefined ? [] : [place]);
  heard(placesFor(practice));
  place?.end();
  place?.end();
  expect(beat()).toMatchObject({ inFlight: 1, providers: { [practice]: 1 } });
});

test('who ends while its ask still waits for a call never counts', () => {
  const { placesFor, heard } = edge();
  const places = placesFor(practice);
  for (const place of places) place.end();
  heard(places);
  for (const place of places) place.end();
  expect(heard(placesFor(practice))).toMatchObject({ inFlight: 0, providers: { [practice]: 0 } });
});

test('what does not change is told every second beat', () => {
  const { placesFor, heard, beat } = edge();
  heard(placesFor(practice));
  const told = Array.from({ length: 6 }, () => beat()?.providers ?? null);
  const one = { [practice]: 1 };
  expect(told).toEqual([null, one, null, one, null, one]);
});

test('an edge with nothing under way is silent once it has said so', () => {
  const { placesFor, heard, beat } = edge();
  expect(beat()).toBeNull();
  const places = placesFor(practice);
  heard(places);
  for (const place of places) place.end();
  expect(beat()).toMatchObject({ inFlight: 0, providers: { [practice]: 0 } });
  expect([beat(), beat(), beat()]).toEqual([null, null, null]);
});

test('what a lost call told is told again, and by a higher sequence', () => {
  const { inFlight, placesFor, heard, beat } = edge();
  const places = placesFor(practice);
  heard(places);
  for (const place of places) place.end();
  inFlight.beat()?.lost();
  expect(beat()).toMatchObject({ sequence: 2, providers: { [practice]: 0 } });
  expect([beat(), beat()]).toEqual([null, null]);
});

test('what a lost call told is not repeated where a later one has told it', () => {
  const { inFlight, placesFor, heard, beat } = edge();
  const lost = inFlight.report(placesFor(practice));
  heard(placesFor(practice));
  lost.lost();
  expect(beat()).toBeNull();
});

test('an exchange that enters while its provider is being told empty is kept', () => {
  const { inFlight, placesFor, heard, beat } = edge();
  const places = placesFor(practice);
  heard(places);
  for (const place of places) place.end();
  const report = inFlight.beat();
  heard(placesFor(practice));
  report?.arrived();
  expect([beat(), beat()]).toMatchObject([null, { inFlight: 1, providers: { [practice]: 1 } }]);
});
