import { findFreePort, startStubTimeServer, type TimeServerConduct } from '@ssp/testing';
import { expect, test } from 'vitest';
import { askTimeSource } from './ask-time-source.ts';
import { type Clocks } from './clocks.ts';

const nowMs = 1_772_366_400_000;
/** Stands still, so that what is measured is exact. */
const still: Clocks = () => ({ wallMs: nowMs, monotonicMs: 5_000 });
const unhurried = { timeoutMs: 60_000, clocks: still, stopped: new AbortController().signal };

async function ask(conduct: TimeServerConduct, how: Partial<typeof unhurried> = {}) {
  await using resources = new AsyncDisposableStack();
  const { address, questions } = await startStubTimeServer(conduct, resources, () => nowMs);
  const port = Number(address.split(':')[1]);
  const answer = await askTimeSource({ name: address, host: '127.0.0.1', port }, { ...unhurried, ...how });
  return { answer, questions };
}

const sampled = (offsetMs: number, boundMs: number) => ({
  kind: 'sample',
  sample: { leadMs: nowMs + offsetMs - 5_000, boundMs, takenAtMs: 5_000 },
});

test.for([
  { what: 'as we do', conduct: {}, offsetMs: 0, boundMs: 0 },
  { what: 'later', conduct: { offsetMs: 251 }, offsetMs: 251, boundMs: 0 },
  { what: 'earlier by years', conduct: { offsetMs: -3e11 }, offsetMs: -3e11, boundMs: 0 },
  {
    what: 'as unsure as it is',
    conduct: { rootDelayMs: 500, rootDispersionMs: 125 },
    offsetMs: 0,
    boundMs: 375,
  },
])('a source tells the time: $what', async ({ conduct, offsetMs, boundMs }) => {
  const { answer } = await ask(conduct);
  expect(answer).toEqual(sampled(offsetMs, boundMs));
});

test('half of what the way took is what may be wrong', async () => {
  let monotonicMs = 5_000;
  const clocks: Clocks = () => ({ wallMs: nowMs, monotonicMs: (monotonicMs += 40) });
  const { answer } = await ask({}, { clocks });
  expect(answer).toEqual({
    kind: 'sample',
    sample: { leadMs: nowMs - 5_060, boundMs: 20, takenAtMs: 5_080 },
  });
});

test('every question is another one', async () => {
  const asked = await Promise.all([ask({}), ask({})]);
  const nonces = asked.flatMap(({ questions }) => questions.map((it) => it.toString('hex', 40)));
  expect(new Set(nonces).size).toBe(2);
});

test('what is no answer to the question is passed over until one comes', async () => {
  const { answer } = await ask({
    sending: (packet) => {
      const stranger = Buffer.from(packet);
      stranger.fill(7, 24, 32);
      const denied = Buffer.from(stranger);
      denied.write('DENY', 12);
      denied.writeUInt8(0, 1);
      return [Buffer.alloc(0), Buffer.from('hello'), stranger, denied, packet];
    },
  });
  expect(answer).toEqual(sampled(0, 0));
});

test('a server that takes longer by its own clock than the answer by ours lies', async () => {
  const { answer } = await ask({
    sending: (packet) => {
      packet.writeUInt32BE(packet.readUInt32BE(32) - 1, 32);
      return [packet];
    },
  });
  expect(answer).toEqual({ kind: 'nonsense', why: expect.stringContaining('longer than we waited') });
});

test.for<{ what: string; conduct: TimeServerConduct; answer: object }>([
  {
    what: 'it is silent',
    conduct: { silent: true },
    answer: { kind: 'silent', why: 'no answer within 50 ms' },
  },
  {
    what: 'it only sends rubbish',
    conduct: { sending: () => [Buffer.from('hello')] },
    answer: { kind: 'nonsense', why: '5 bytes are no packet' },
  },
])('after its time a source is given up: $what', async ({ conduct, answer: expected }) => {
  const { answer } = await ask(conduct, { timeoutMs: 50 });
  expect(answer).toEqual(expected);
});

test('a port on which nobody listens is silent', async () => {
  const port = await findFreePort();
  const answer = await askTimeSource(
    { name: 'a', host: '127.0.0.1', port },
    { ...unhurried, timeoutMs: 2_000 },
  );
  expect(answer.kind).toBe('silent');
});

test('a name that does not exist is silent', async () => {
  const answer = await askTimeSource({ name: 'a', host: 'time.invalid', port: 123 }, unhurried);
  expect(answer).toEqual({ kind: 'silent', why: expect.stringContaining('time.invalid') });
});

test('a stop ends the wait, also before anything was sent', async () => {
  const stop = new AbortController();
  const asking = ask({ silent: true }, { stopped: stop.signal });
  const atOnce = askTimeSource(
    { name: 'a', host: '127.0.0.1', port: 9 },
    { ...unhurried, stopped: AbortSignal.abort() },
  );
  stop.abort();
  expect((await asking).answer.kind).toBe('silent');
  expect((await atOnce).kind).toBe('silent');
});
