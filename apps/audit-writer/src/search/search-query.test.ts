import { Problem } from '@ssp/service';
import { expect, test } from 'vitest';
import { writeCursor } from './search-cursor.ts';
import { parseSearch } from './search-query.ts';

const nowMs = Date.parse('2026-03-31T12:00:00Z');
const traceId = '09a01679-2564-0fb4-5129-aecc81ea2706';
const internalId = '3f0e7a52-98a1-4f7b-8c29-0d5b6a1c2e44';

test('without an id, the last day is searched', () => {
  expect(parseSearch({}, nowMs)).toMatchObject({
    from: new Date('2026-03-30T12:00:00Z'),
    to: new Date(nowMs),
    limit: 100,
  });
});

test('with an id, all time is searched', () => {
  expect(parseSearch({ traceId, limit: '5' }, nowMs)).toMatchObject({
    filters: { traceId },
    from: null,
    to: null,
    limit: 5,
  });
});

test.for([
  { asked: { fromAsid: '200000000359' }, anchor: 'received' },
  { asked: { traceId }, anchor: 'received' },
  { asked: { organisation: 'R1A14' }, anchor: 'completed' },
  { asked: { outcome: 'refused' }, anchor: 'completed' },
  { asked: { refusal: 'no-agreement', fromAsid: '200000000359' }, anchor: 'completed' },
  { asked: { decisionId: 'd.1' }, anchor: 'completed' },
])('an exchange asked for by $asked goes by its $anchor event', ({ asked, anchor }) => {
  expect(parseSearch(asked, nowMs).anchor).toBe(anchor);
});

test('a page goes on in the window of the first one, however late it is asked for', () => {
  const first = parseSearch({ outcome: 'refused' }, nowMs);
  const last = { occurredAt: new Date('2026-03-31T01:02:03.004Z'), internalId };
  const cursor = writeCursor(first, last);
  expect(parseSearch({ outcome: 'refused', cursor }, nowMs + 3_600_000)).toEqual({ ...first, after: last });
});

test('a cursor of a query that goes by other events is refused', () => {
  const first = parseSearch({ outcome: 'refused' }, nowMs);
  const cursor = writeCursor(first, { occurredAt: new Date(nowMs), internalId });
  expect(() => parseSearch({ cursor }, nowMs)).toThrow('cursor: is not that of a page of this query');
});

test.for([
  { fault: 'an unknown parameter', query: { url: 'x' }, says: 'url' },
  { fault: 'a repeated parameter', query: { traceId: [traceId, traceId] }, says: 'traceId' },
  { fault: 'an ASID of eleven digits', query: { fromAsid: '12345678901' }, says: 'fromAsid' },
  { fault: 'an organisation of small letters', query: { organisation: 'r1a14' }, says: 'ODS code' },
  { fault: 'an interaction that is none', query: { interactionId: 'read' }, says: 'urn:nhs' },
  { fault: 'an outcome that is none', query: { outcome: 'lost' }, says: 'outcome' },
  { fault: 'a cursor that is none', query: { cursor: 'e30' }, says: 'cursor' },
  { fault: 'a limit of nothing', query: { limit: '0' }, says: 'limit' },
  { fault: 'a day instead of a time', query: { from: '2026-03-01' }, says: 'from' },
  {
    fault: 'an end before the start',
    query: { traceId, from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' },
    says: 'before',
  },
  { fault: 'more than a month', query: { from: '2026-01-01T00:00:00Z' }, says: '31 days' },
])('$fault is refused', ({ query, says }) => {
  expect(() => parseSearch(query, nowMs)).toThrow(Problem);
  expect(() => parseSearch(query, nowMs)).toThrow(says);
});
