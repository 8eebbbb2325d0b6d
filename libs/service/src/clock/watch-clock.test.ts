import { startStubTimeServer, type TimeServerConduct } from '@ssp/testing';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readConfig } from '../load-config.ts';
import { createService } from '../service.ts';
import { clockEnvironment, toClockConfig } from './clock-environment.ts';
import { watchClock } from './watch-clock.ts';

const ClockConfig = z.object(clockEnvironment).transform(toClockConfig);

/** A service whose clocks stand still until they are moved, and time servers that go by the true time. */
async function rig(conducts: readonly TimeServerConduct[], resources: AsyncDisposableStack) {
  const own = { wallMs: 1_772_366_400_000, monotonicMs: 5_000 };
  const leadMs = own.wallMs - own.monotonicMs;
  const servers = await Promise.all(
    conducts.map(async (conduct) => {
      const running = resources.use(new AsyncDisposableStack());
      const stub = await startStubTimeServer(conduct, running, () => leadMs + own.monotonicMs);
      return { ...stub, stop: () => running.disposeAsync() };
    }),
  );
  const names = servers.map(({ address }) => address);
  const named = (text: string) =>
    names.reduce((said, name, nth) => said.replaceAll(name, `ntp${nth + 1}`), text);
  const lines: string[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line) => void lines.push(named(line)) });
  const service = createService('sample', resources, { log });
  const config = { ...readConfig(ClockConfig, { NTP_SERVERS: names.join(',') }), timeoutMs: 60_000 };
  const clock = watchClock(config, service, () => ({ ...own }));
  service.health.started();
  return {
    own,
    servers,
    clock,
    report: async () => {
      const { ready, checks } = await service.health.report();
      return { ready, clock: named(checks['clock'] ?? '') };
    },
    metrics: async () => {
      const text = named(await service.metrics.metrics());
      return Object.fromEntries([...text.matchAll(/^ssp_clock_(\S+) (\S+)$/gm)].map((it) => [it[1], it[2]]));
    },
    logged: () => lines.splice(0).map((line): unknown => JSON.parse(line)),
  };
}

async function measured(conducts: readonly TimeServerConduct[], resources: AsyncDisposableStack) {
  const all = await rig(conducts, resources);
  await all.clock.measure();
  return all;
}

test('until it has been measured the service is not ready', async () => {
  await using resources = new AsyncDisposableStack();
  const { report, clock, metrics } = await rig([{}], resources);
  expect(await report()).toEqual({
    ready: false,
    clock: 'its offset is being measured for the first time',
  });
  expect(clock.offsetMs()).toBeNull();
  expect(await metrics()).toEqual({ sources: '1', sources_agreeing: '0' });
  await clock.measure();
  expect(await report()).toEqual({ ready: true, clock: 'ok' });
});

test('without time servers it is said at the start that nothing is measured, and readiness does not depend on it', async () => {
  await using resources = new AsyncDisposableStack();
  const { report, clock, metrics, logged } = await measured([], resources);
  expect(await report()).toEqual({ ready: true, clock: '' });
  expect(clock.offsetMs()).toBeNull();
  expect(await metrics()).toEqual({ sources: '0', sources_agreeing: '0' });
  expect(logged()).toMatchObject([{ level: 40, msg: expect.stringContaining('NTP_SERVERS is not set') }]);
});

test.for([
  { offsetMs: 0, ready: true, says: 'ok' },
  { offsetMs: 250, ready: true, says: 'ok' },
  {
    offsetMs: 251,
    ready: false,
    says: 'the clock is 251 ms behind where 250 ms are allowed, by the majority',
  },
  { offsetMs: -250, ready: true, says: 'ok' },
  {
    offsetMs: -251,
    ready: false,
    says: 'the clock is 251 ms ahead where 250 ms are allowed, by the majority',
  },
])('$offsetMs ms off', async ({ offsetMs, ready, says }) => {
  await using resources = new AsyncDisposableStack();
  const { report, clock, metrics } = await measured([{ offsetMs }, { offsetMs }, { offsetMs }], resources);
  expect(await report()).toEqual({ ready, clock: says });
  expect(clock.offsetMs()).toBe(offsetMs);
  expect(await metrics()).toMatchObject({ offset_seconds: String(offsetMs / 1_000), sources_agreeing: '3' });
});

test('the readiness turns bad at 251 ms and good again, and both are told once', async () => {
  await using resources = new AsyncDisposableStack();
  const { servers, clock, report, logged } = await measured([{}], resources);
  logged();
  servers[0]?.conduct({ offsetMs: 251 });
  await clock.measure();
  await clock.measure();
  expect((await report()).ready).toBe(false);
  expect(logged()).toEqual([
    { level: 50, offsetMs: 251, offsetMaxMs: 250, msg: 'not ready: the clock is 251 ms behind' },
  ]);
  servers[0]?.conduct({ offsetMs: 249 });
  await clock.measure();
  expect(await report()).toEqual({ ready: true, clock: 'ok' });
  expect(logged()).toEqual([{ level: 30, offsetMs: 249, msg: 'the clock is right again' }]);
});

test('a clock that is set between two measurements shows at once', async () => {
  await using resources = new AsyncDisposableStack();
  const { own, clock, report } = await measured([{}], resources);
  own.wallMs += 30_000;
  own.monotonicMs += 30_000;
  expect([await report(), clock.offsetMs()]).toEqual([{ ready: true, clock: 'ok' }, 0]);
  own.wallMs -= 1_000;
  expect([await report(), clock.offsetMs()]).toEqual([
    { ready: false, clock: 'the clock is 1000 ms behind where 250 ms are allowed, by the majority' },
    1_000,
  ]);
});

describe('one liar of three', () => {
  test('is named and not believed', async () => {
    await using resources = new AsyncDisposableStack();
    const conducts = [{ offsetMs: 5 }, { offsetMs: -90_000 }, { offsetMs: 5 }];
    const { clock, report, metrics, logged } = await measured(conducts, resources);
    expect(clock.offsetMs()).toBe(5);
    expect(await report()).toEqual({
      ready: true,
      clock: 'ok, but by ntp2 (differs) the clock is 90000 ms ahead',
    });
    expect(await metrics()).toMatchObject({
      offset_seconds: '0.005',
      sources_agreeing: '2',
      'source_offset_seconds{source="ntp2"}': '-90',
      'source_state{source="ntp2",state="differs"}': '1',
      'source_state{source="ntp2",state="agrees"}': '0',
      'source_state{source="ntp3",state="agrees"}': '1',
    });
    expect(logged()).toMatchObject([
      { level: 40, source: 'ntp2', state: 'differs', offsetMs: -90_000 },
      { level: 30, offsetMs: 5, agreeing: ['ntp1', 'ntp3'], msg: 'the offset of the clock is known' },
    ]);
  });

  test('that mends is told to be reliable again', async () => {
    await using resources = new AsyncDisposableStack();
    const { clock, servers, report, logged } = await measured([{}, { offsetMs: 700 }, {}], resources);
    logged();
    servers[1]?.conduct({});
    await clock.measure();
    expect(await report()).toEqual({ ready: true, clock: 'ok' });
    expect(logged()).toMatchObject([{ level: 30, source: 'ntp2', msg: expect.stringContaining('again') }]);
  });
});

test('a majority that lies is believed, and the one that does not is named', async () => {
  await using resources = new AsyncDisposableStack();
  const { report } = await measured([{ offsetMs: 400 }, {}, { offsetMs: 400 }], resources);
  expect(await report()).toEqual({
    ready: false,
    clock:
      'the clock is 400 ms behind where 250 ms are allowed, by the majority; by ntp2 (differs) the clock is right to the millisecond',
  });
});

describe('without a majority', () => {
  test('from the start the service is ready, its offset not known, and each source named', async () => {
    await using resources = new AsyncDisposableStack();
    const { clock, report, metrics, logged } = await measured([{}, { offsetMs: 700 }], resources);
    expect(clock.offsetMs()).toBeNull();
    expect(await report()).toEqual({
      ready: true,
      clock:
        'ok, but no majority of the time servers agrees; by ntp1 (unconfirmed) the clock is right to the millisecond; by ntp2 (unconfirmed) the clock is 700 ms behind',
    });
    const shown = await metrics();
    expect(shown).toMatchObject({ sources_agreeing: '0', 'source_offset_seconds{source="ntp2"}': '0.7' });
    expect(shown).not.toHaveProperty('offset_seconds');
    expect(logged()).toMatchObject([
      { source: 'ntp1', state: 'unconfirmed' },
      { source: 'ntp2', state: 'unconfirmed' },
      { level: 40, msg: expect.stringContaining('not known') },
    ]);
  });

  test.for([
    {
      was: 'good',
      offsetMs: 3,
      ready: true,
      says: /^ok, but no majority .*; when one last did, the clock is 3 ms/,
    },
    {
      was: 'bad',
      offsetMs: 300,
      ready: false,
      says: /^the clock is 300 ms behind .* as last agreed; no majority/,
    },
  ])('when all fall silent the readiness stays $was', async ({ offsetMs, ready, says }) => {
    await using resources = new AsyncDisposableStack();
    const conducts = [{ offsetMs }, { offsetMs }, { offsetMs }];
    const { clock, servers, report, metrics, logged } = await measured(conducts, resources);
    logged();
    await Promise.all(servers.map(({ stop }) => stop()));
    // Each packet may be lost once or twice.
    for (const _ of [1, 2]) await clock.measure();
    expect([clock.offsetMs(), logged()]).toEqual([offsetMs, []]);
    await clock.measure();
    expect(await report()).toEqual({ ready, clock: expect.stringMatching(says) });
    expect(clock.offsetMs()).toBeNull();
    expect(await metrics()).toMatchObject({
      sources_agreeing: '0',
      'source_state{source="ntp1",state="silent"}': '1',
    });
    expect(logged()).toMatchObject([
      { level: 40, source: 'ntp1', state: 'silent' },
      { level: 40, source: 'ntp2', state: 'silent' },
      { level: 40, source: 'ntp3', state: 'silent' },
      { level: 40, lastOffsetMs: offsetMs, msg: expect.stringContaining('not known') },
    ]);
  });
});

test.for<{ conduct: TimeServerConduct; state: string; why: string }>([
  { conduct: { kiss: 'DENY' }, state: 'refused', why: 'DENY: it is asked no more' },
  { conduct: { kiss: 'RATE' }, state: 'refused', why: 'RATE: it wants to be asked more seldom' },
  { conduct: { kiss: 'INIT' }, state: 'unsynchronised', why: 'it says INIT' },
  { conduct: { leap: 3 }, state: 'unsynchronised', why: 'it says so' },
  { conduct: { rootDispersionMs: 251 }, state: 'unsure', why: 'by 251 ms' },
])('a source that gives no time is told with its reason: $why', async ({ conduct, state, why }) => {
  await using resources = new AsyncDisposableStack();
  const { clock, servers, report } = await measured([conduct, {}, {}], resources);
  expect(await report()).toEqual({ ready: true, clock: `ok, but ntp1 is ${state} (${why})` });
  expect(servers[0]?.questions).toHaveLength(1);
  await clock.measure();
  // Whoever refuses is left alone.
  expect(servers[0]?.questions).toHaveLength(state === 'refused' ? 1 : 2);
  expect(servers[1]?.questions).toHaveLength(2);
});
