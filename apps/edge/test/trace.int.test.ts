import { randomUUID } from 'node:crypto';
import { type AuthzAsk, type ThrottleAsk } from '@ssp/contracts';
import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';
import { admit, allow, edgeRig, ownHeaders, targetPath } from './rig.ts';

const resources = new AsyncDisposableStack();
const lines: string[] = [];
const log = pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(line) });
const rig = await edgeRig(resources, {}, log);
afterAll(() => resources.disposeAsync());

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const idOf = (answer: { readonly headers: Readonly<Record<string, unknown>> }) =>
  String(answer.headers['x-ssp-internalid']);

/** Headers under a trace id of their own, and every line of the log that is about it. */
function traced() {
  const traceId = randomUUID();
  const about = () => lines.filter((line) => line.includes(traceId)).map((line): object => JSON.parse(line));
  return { traceId, headers: { ...ownHeaders(), 'Ssp-TraceID': traceId }, about };
}

/** The same of those by the same name, in the order that they came. */
function valuesOf(name: string, rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1] === name);
}

test.for([
  {
    what: 'a good one',
    sent: { traceparent, tracestate: 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE' },
    told: traceparent,
  },
  {
    what: 'one of a version to come',
    sent: { TraceParent: `cc${traceparent.slice(2)}-more` },
    told: `cc${traceparent.slice(2)}`,
  },
  {
    what: 'a malformed one',
    sent: { TRACEPARENT: '00-identifier-9690937278-01', tracestate: ',,=;\t"' },
    told: undefined,
  },
  { what: 'one in capitals', sent: { traceparent: traceparent.toUpperCase() }, told: undefined },
  { what: 'two', sent: { traceparent: [traceparent, traceparent] }, told: undefined },
  { what: 'a state alone', sent: { tracestate: 'rojo=1' }, told: undefined },
  { what: 'none', sent: {}, told: undefined },
])('$what reaches the provider untouched, and events, asks and log tell $told', async ({ sent, told }) => {
  const asked: (AuthzAsk | ThrottleAsk)[] = [];
  rig.authz.answer = (ask) => {
    asked.push(ask);
    return allow();
  };
  rig.throttle.answer = (ask) => {
    asked.push(ask);
    return admit();
  };
  const { traceId, headers, about } = traced();
  const answer = await rig.good.send({ path: targetPath, headers: { ...headers, ...sent } });
  expect(answer.status).toBe(200);

  const seen = rig.provider.requests.at(-1)?.rawHeaders ?? [];
  for (const [name, value] of Object.entries(sent)) expect(valuesOf(name, seen)).toEqual([value].flat());
  const names = seen.filter((_, index) => index % 2 === 0 && /^trace/i.test(seen[index] ?? ''));
  expect([...new Set(names)]).toEqual(Object.keys(sent));

  const ids = told === undefined ? { traceId } : { traceId, traceparent: told };
  expect(asked.map((ask) => ({ traceId: ask.traceId, traceparent: ask.traceparent }))).toEqual([
    { traceId, traceparent: told },
    { traceId, traceparent: told },
  ]);
  const internalId = idOf(answer);
  const completed = await rig.events.completedOf(internalId);
  const received = rig.events.received.get(internalId)?.data;
  for (const data of [received, completed])
    expect([data?.traceId, data?.traceparent]).toEqual([traceId, told]);
  await expect.poll(about).toMatchObject([{ ...ids, internalId, status: 200, msg: 'exchange' }]);
  expect(about().filter((line) => 'traceparent' in line)).toHaveLength(told === undefined ? 0 : 1);
});

test('each line about an exchange that fails is found by its trace id and by that of the consumer’s own trace', async () => {
  const { traceId, headers, about } = traced();
  rig.authz.answer = () => Promise.reject(new Error('broken'));
  const answer = await rig.good.send({ path: targetPath, headers: { ...headers, traceparent } });
  rig.authz.answer = allow;
  expect(answer.status).toBe(503);
  const ids = { traceId, traceparent, internalId: idOf(answer) };
  await expect.poll(about).toMatchObject([
    { ...ids, code: 'authorisation-unavailable', msg: 'exchange not completed' },
    { ...ids, refusal: 'authorisation-unavailable', msg: 'exchange' },
  ]);
});
