import { closeEvent, ExchangeReceived } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { exchangeEvents } from '../../test/events.ts';
import { readEntry } from '../audit-entry.ts';
import { columnFault } from './column-fault.ts';

const w3cTraceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const received = { traceparent: `00-${w3cTraceId}-00f067aa0ba902b7-01` };
const [{ topic, value } = { topic: '', value: '' }] = exchangeEvents({ received }).records;
const entry = readEntry(topic, Buffer.from(value));
const held = { ...entry, occurredAt: new Date(entry.occurredAt) };

test('columns that say what the body says have no fault', () => {
  expect(held.w3cTraceId).toBe(w3cTraceId);
  expect(columnFault(topic, entry.body, held, false)).toBeNull();
});

test.each([
  ['another trace id of the consumer', { w3cTraceId: '0'.repeat(31) + '1' }, 'w3cTraceId'],
  ['none', { w3cTraceId: null }, 'w3cTraceId'],
  ['another sender', { fromAsid: '918999198738' }, 'fromAsid'],
  ['no sender', { fromAsid: null }, 'fromAsid'],
  ['a status, where nothing had an end yet', { status: 200 }, 'status'],
])('%s is named, in rows of any age', (_, changes, name) => {
  const fault = `its ${name} is not that of its body`;
  expect(columnFault(topic, entry.body, { ...held, ...changes }, false)).toBe(fault);
  expect(columnFault(topic, entry.body, { ...held, ...changes }, true)).toBe(fault);
});

test('a closing may lack the trace id that its body tells, as an older writer keeps it, and may hold no other', () => {
  const { time, source, data } = ExchangeReceived.decode(value);
  const { remoteAddress } = data.connection;
  const open = { ...data, remoteAddress, edge: source, receivedAt: new Date(time) };
  const { topic: ends = '' } = exchangeEvents().records[1] ?? {};
  const closing = readEntry(ends, Buffer.from(JSON.stringify(closeEvent(open, new Date(time)))));
  const kept = { ...closing, occurredAt: new Date(closing.occurredAt) };
  expect(kept.w3cTraceId).toBe(w3cTraceId);
  expect(columnFault(ends, closing.body, kept, false)).toBeNull();
  expect(columnFault(ends, closing.body, { ...kept, w3cTraceId: null }, false)).toBeNull();
  expect(columnFault(ends, closing.body, { ...kept, w3cTraceId: '1' }, false)).not.toBeNull();
});
