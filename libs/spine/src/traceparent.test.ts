import { expect, test } from 'vitest';
import { readTraceparent, W3cTraceId, w3cTraceIdOf } from './traceparent.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const good = `00-${traceId}-00f067aa0ba902b7-01`;

test.for([
  { what: 'the form of version 00', field: good, read: good },
  {
    what: 'one that is not sampled',
    field: `00-${traceId}-00f067aa0ba902b7-00`,
    read: `00-${traceId}-00f067aa0ba902b7-00`,
  },
  { what: 'a version to come', field: good.replace('00', 'cc'), read: good.replace('00', 'cc') },
  {
    what: 'a version to come with more',
    field: `${good.replace('00', 'cc')}-what`,
    read: good.replace('00', 'cc'),
  },
  { what: 'a version to come that runs on', field: `${good.replace('00', 'cc')}.what`, read: null },
  { what: 'version 00 with more', field: `${good}-what`, read: null },
  { what: 'version ff', field: good.replace('00', 'ff'), read: null },
  { what: 'capitals', field: good.toUpperCase(), read: null },
  { what: 'no trace', field: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, read: null },
  { what: 'no parent', field: `00-${traceId}-${'0'.repeat(16)}-01`, read: null },
  { what: 'too short a parent', field: `00-${traceId}-00f067aa0ba902b-011`, read: null },
  { what: 'two of them in one', field: `${good}, ${good}`, read: null },
  { what: 'words of the same length', field: 'x'.repeat(55), read: null },
  { what: 'a number of a patient', field: '9690937278', read: null },
  { what: 'nothing', field: '', read: null },
  { what: 'no field', field: undefined, read: null },
])('of $what it reads $read', ({ field, read }) => {
  expect(readTraceparent(field)).toBe(read);
});

test('a field that came twice is none', () => {
  expect(readTraceparent([good, good])).toBeNull();
});

const isOne = (text: string) => W3cTraceId.safeParse(text).success;

test('the id of the trace is its second part, in either case', () => {
  expect(w3cTraceIdOf(good)).toBe(traceId);
  expect([traceId, traceId.toUpperCase()].map(isOne)).toEqual([true, true]);
  expect(['', good, '0'.repeat(32), `${traceId}0`].map(isOne)).toEqual([false, false, false, false]);
});
