import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { completed, received } from '../test/exchange-events.ts';
import { eventVariants } from '../test/event-variants.ts';
import { decodeCompleted } from './decode-completed.ts';
import { decodeReceived } from './decode-received.ts';
import { ExchangeCompleted, ExchangeReceived } from './exchange-events.ts';
import { isExchangeCompleted, isExchangeReceived } from './is-exchange-event.ts';

const kinds = [
  { kind: 'received', event: received, schema: ExchangeReceived.schema, isOne: isExchangeReceived },
  { kind: 'completed', event: completed, schema: ExchangeCompleted.schema, isOne: isExchangeCompleted },
] as const;

describe.for(kinds)('what is said to be a $kind event', ({ event, schema, isOne }) => {
  test('is one by the schema, which changes nothing of it', () => {
    const harmed: unknown[] = [];
    let passed = 0;
    for (const value of eventVariants(event)) {
      if (!isOne(value)) continue;
      passed += 1;
      if (!isDeepStrictEqual(schema.safeParse(value).data, value)) harmed.push(value);
    }
    expect(harmed).toEqual([]);
    expect(passed).toBeGreaterThan(500);
  });

  test('is all that the schema takes and leaves as it is, but for ids in capitals and years of nobody', () => {
    const missed: unknown[] = [];
    for (const value of eventVariants(event)) {
      if (isOne(value) || !isDeepStrictEqual(schema.safeParse(value).data, value)) continue;
      if (!/"(?:internalId":"(?:[^"]*[A-F]|0{8}|f{8})|time":"(?!20))/.test(JSON.stringify(value)))
        missed.push(value);
    }
    expect(missed).toEqual([]);
  });

  test.for([null, undefined, 'event', 7, true, [], [event], {}])('is never %j', (value) => {
    expect(isOne(value)).toBe(false);
  });

  test('may have members that the schema does not know', () => {
    expect(isOne({ ...event, more: 1, data: { ...event.data, more: { a: 1 } } })).toBe(true);
  });

  test('is none of another kind', () => {
    const other = kinds.find((one) => one.isOne !== isOne);
    expect(other?.isOne(event)).toBe(false);
  });
});

test('what is a little unusual is read by the schema', () => {
  const { refusalDetail: _refusalDetail, ...data } = completed.data;
  const internalId = completed.data.internalId.toUpperCase();
  expect(decodeCompleted(JSON.stringify({ ...completed, data }))).toEqual({
    ...completed,
    data: { ...completed.data, refusalDetail: null },
  });
  const event = { ...received, time: '1999-02-03T04:05:06.007Z', data: { ...received.data, internalId } };
  expect(decodeReceived(JSON.stringify(event))).toEqual(event);
  expect(() => decodeReceived(JSON.stringify(completed))).toThrow('exchange.received');
});
