import { Problem } from '@ssp/service';
import { expect, test } from 'vitest';
import { parseSearch } from './search-query.ts';

const nowMs = Date.parse('2026-03-31T12:00:00Z');
const traceId = '09a01679-2564-0fb4-5129-aecc81ea2706';

test('without an id, the last day is searched', () => {
  expect(parseSearch({}, nowMs)).toMatchObject({
    from: new Date('2026-03-30T12:00:00Z'),
    to: new Date(nowMs),
    limit: 100,
  });
});

test('with an id, all time is searched', () => {
  expect(parseSearch({ traceId, limit: '5' }, nowMs)).toMatchObject({
    traceId,
    from: null,
    to: null,
    limit: 5,
  });
});

test.for([
  { fault: 'an unknown parameter', query: { url: 'x' }, says: 'url' },
  { fault: 'a repeated parameter', query: { traceId: [traceId, traceId] }, says: 'traceId' },
  { fault: 'an ASID of eleven digits', query: { fromAsid: '12345678901' }, says: 'fromAsid' },
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
