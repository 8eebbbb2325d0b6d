import { randomInt } from 'node:crypto';
import { type ThrottleAnswer } from '@ssp/contracts';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { type AnsweringService } from './answering-service.ts';
import { admit, allow, edgeRig, ownHeaders, targetPath } from './rig.ts';

const resources = new AsyncDisposableStack();
const rig = await edgeRig(resources);
afterAll(() => resources.disposeAsync());

beforeEach(() => {
  rig.authz.answer = allow;
  rig.throttle.answer = admit;
  rig.provider.answerWith((_req, res) => void res.end());
});

/** Headers to a provider that no other exchange goes to, so that its count is that of the test alone. */
function toOwnProvider() {
  const provider = String(randomInt(100_000_000_000, 999_999_999_999));
  const headers: Record<string, string> = { ...ownHeaders(), 'Ssp-To': provider };
  return { provider, headers };
}

const path = `${targetPath}/Patient`;
const lastTold = (provider: string) =>
  rig.callers.findLast(({ providers }) => provider in providers)?.providers[provider];
const toldOf = (provider: string, inFlight: number) =>
  vi.waitFor(() => expect(lastTold(provider)).toBe(inFlight), { timeout: 30_000, interval: 50 });

/** An exchange that its provider does not answer before it is let go. */
async function heldExchange(headers: Readonly<Record<string, string>>) {
  const held = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  rig.provider.answerWith((_req, res) => {
    arrived.resolve();
    void held.promise.then(() => res.end());
  });
  const outgoing = rig.good.open({ path, headers });
  outgoing.on('error', () => undefined);
  outgoing.on('response', (res) => res.resume());
  outgoing.end();
  await arrived.promise;
  rig.provider.answerWith((_req, res) => void res.end());
  return { outgoing, letGo: () => held.resolve() };
}

test('an exchange under way is told with every ask to its provider, and again when nobody asks', async () => {
  const { provider, headers } = toOwnProvider();
  const held = await heldExchange(headers);
  expect(lastTold(provider)).toBe(0);
  await rig.good.send({ path, headers });
  expect(rig.askers.at(-1)).toMatchObject({ inFlight: 1, providers: { [provider]: 1 } });
  const asked = rig.throttle.batches.length;
  const before = rig.callers.length;
  await vi.waitFor(() => {
    const told = rig.callers.slice(before).filter(({ providers }) => providers[provider] === 1);
    expect(told.length).toBeGreaterThan(1);
  }, 30_000);
  expect(rig.throttle.batches.length).toBe(asked);
  held.letGo();
  await toldOf(provider, 0);
});

const refused: ThrottleAnswer = {
  admission: 'refuse',
  rule: 'consumers',
  scope: 'consumer',
  version: '3',
  counters: 'shared',
  limit: 5,
  remaining: 0,
  resetSeconds: 2,
  windowSeconds: 2,
  retryAfterSeconds: 1,
};

test.for<{ ending: string; end: (headers: Readonly<Record<string, string>>) => Promise<unknown> }>([
  { ending: 'the answer of its provider', end: (headers) => rig.good.send({ path, headers }) },
  {
    ending: 'a refusal by a limit',
    end: (headers) => {
      rig.throttle.answer = () => refused;
      return rig.good.send({ path, headers });
    },
  },
  {
    ending: 'a provider that breaks off',
    end: (headers) => {
      rig.provider.answerWith((req) => void req.socket.destroy());
      return rig.good.send({ path, headers });
    },
  },
  {
    ending: 'a consumer that hangs up while its provider works',
    end: async (headers) => (await heldExchange(headers)).outgoing.destroy(),
  },
])('after $ending nothing is in flight', async ({ end }) => {
  const { provider, headers } = toOwnProvider();
  await end(headers);
  rig.throttle.answer = admit;
  rig.provider.answerWith((_req, res) => void res.end());
  await rig.good.send({ path, headers });
  await toldOf(provider, 0);
  await expect.poll(() => rig.callers.at(-1)?.inFlight).toBe(0);
});

test('after a throttle that does not answer in time nothing is in flight', async () => {
  await using own = new AsyncDisposableStack();
  const impatient = await edgeRig(own, { EDGE_THROTTLE_TIMEOUT_MS: '300' });
  impatient.throttle.answer = () => Promise.withResolvers<never>().promise;
  const { provider, headers } = toOwnProvider();
  expect((await impatient.good.send({ path, headers })).status).toBe(503);
  impatient.throttle.answer = admit;
  await impatient.good.send({ path, headers });
  expect(impatient.askers.at(-1)).toMatchObject({ inFlight: 0, providers: { [provider]: 0 } });
});

/** Sends a request and hangs up once `answering` is asked; it then answers, and asks as before. */
async function hangUpWhileAsked<Ask, Answer>(
  answering: AnsweringService<Ask, Answer>,
  answer: () => Answer,
  headers: Readonly<Record<string, string>>,
) {
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<Answer>();
  answering.answer = () => {
    asked.resolve();
    return answered.promise;
  };
  const outgoing = rig.good.open({ path, headers });
  outgoing.on('error', () => undefined);
  outgoing.end();
  await asked.promise;
  outgoing.destroy();
  await rig.events.completedFrom(headers['Ssp-From'] ?? '');
  answered.resolve(answer());
  answering.answer = answer;
}

test('a consumer that hangs up while throttle is asked leaves nothing behind', async () => {
  const { provider, headers } = toOwnProvider();
  await hangUpWhileAsked(rig.throttle, admit, headers);
  await rig.good.send({ path, headers });
  expect(rig.askers.at(-1)).toMatchObject({ inFlight: 0, providers: { [provider]: 0 } });
});

test('for a consumer that hangs up while authz is asked, no room is asked', async () => {
  const { provider, headers } = toOwnProvider();
  await hangUpWhileAsked(rig.authz, allow, headers);
  await rig.good.send({ path, headers: toOwnProvider().headers });
  expect(lastTold(provider)).toBeUndefined();
  expect(rig.askers.at(-1)?.inFlight).toBe(0);
});

test('one edge speaks under one name, and its sequence rises with every call', async () => {
  expect(new Set(rig.callers.map(({ edge }) => edge)).size).toBe(1);
  const sequences = () => rig.callers.map(({ sequence }) => sequence).toSorted((left, right) => left - right);
  // Each number once; calls go over several connections, so that one may come before an earlier one.
  await expect.poll(() => sequences().filter((sequence, nth) => sequence !== nth)).toEqual([]);
});
