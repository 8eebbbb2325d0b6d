import { changeEvent, closeEvent, LimitsChanged, RulesChanged } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { completedEvent } from '../test/completed-event.ts';
import { readRecords } from './read-records.ts';

const record = (value: string, offset = 0n) => ({ offset, value: Buffer.from(value), timestampMs: 0 });
const good = JSON.stringify(completedEvent());

test.for([
  { fault: 'no value', value: '', reason: 'not JSON' },
  { fault: 'a broken text', value: '{"patient":"9990548609"', reason: 'not JSON' },
  { fault: 'another event', value: '{"type":"other"}', reason: 'specversion: ' },
  {
    fault: 'an impossible size',
    value: good.replace('"responseBytes":2000', '"responseBytes":1e15'),
    reason: 'responseBytes: ',
  },
])('a record with $fault is put aside and the rest goes on', ({ value, reason }) => {
  const read = readRecords([record(value, 7n), record(good, 8n)]);
  expect(read.usages).toHaveLength(1);
  expect(read.poison).toMatchObject([{ offset: 7n, value: Buffer.from(value) }]);
  expect(read.poison[0]?.reason).toMatch(reason);
});

test('the reason does not quote the record', () => {
  const read = readRecords([record('{"patient":"9990548609"'), record('9990548609 x')]);
  expect(JSON.stringify(read.poison.map(({ reason }) => reason))).not.toContain('9990548609');
});

test('an event that a batch holds twice is one usage', () => {
  expect(readRecords([record(good, 1n), record(good, 2n)])).toMatchObject({
    usages: [{ usage: { requestBytes: 100 } }],
    repeatedEvents: 1,
    otherEvents: 0,
    poison: [],
  });
});

const change = { version: '7', who: 'operator:ada', why: 'review 7' };

test('a change of the rules is neither an end nor poison, and stops nothing', () => {
  const changed: RulesChanged = changeEvent(
    RulesChanged.type,
    { source: '/ssp/authz', at: new Date('2026-03-01T12:00:00.000Z') },
    {
      ...change,
      kind: 'rules',
      tables: { agreement: { added: 1, removed: 0, changed: 0 } },
      rows: [],
      rowsLeftOut: 0,
    },
  );
  expect(readRecords([record(JSON.stringify(changed), 1n), record(good, 2n)])).toMatchObject({
    usages: [{ usage: { requestBytes: 100 } }],
    otherEvents: 1,
    repeatedEvents: 0,
    poison: [],
  });
});

test('an exchange that was refused is counted', () => {
  const refused = JSON.stringify(completedEvent({ data: { outcome: 'refused' } }));
  expect(readRecords([record(refused)])).toMatchObject({
    usages: [{ usage: { outcome: 'refused', isBillable: false } }],
    otherEvents: 0,
    poison: [],
  });
});

test('an exchange that the audit closed is not counted, and its true end that comes later is', () => {
  const { internalId, traceId, from, to, interactionId, method, redactedUrl } = completedEvent().data;
  const what = { internalId, traceId, from, to, interactionId, method, redactedUrl };
  const told = { ...what, remoteAddress: '192.0.2.1', edge: '/ssp/edge/1', receivedAt: new Date() };
  const closed = JSON.stringify(closeEvent(told, new Date()));
  expect(readRecords([record(closed, 1n), record(good, 2n)])).toMatchObject({
    usages: [{ usage: { internalId } }],
    otherEvents: 1,
    repeatedEvents: 0,
    poison: [],
  });
});

test('a change of the limits is neither an end nor poison', () => {
  const changed: LimitsChanged = changeEvent(
    LimitsChanged.type,
    { source: '/ssp/throttle', at: new Date('2026-03-01T12:00:00.000Z') },
    {
      ...change,
      kind: 'operator',
      counts: { added: 0, changed: 0, removed: 0 },
      changes: [],
      changesLeftOut: 0,
    },
  );
  expect(readRecords([record(JSON.stringify(changed))])).toMatchObject({
    usages: [],
    otherEvents: 1,
    poison: [],
  });
});
