import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type PlatformCard } from '../src/platform-card.ts';
import { type Answered, goodRequest, platformConsumer } from '../src/consumer.ts';
import { type ExampleRun } from './examples.ts';
import { lookAtLimits } from './look-at-limits.ts';
import { type PlatformRecords } from './platform-records.ts';
import { startPlatformTime } from './platform-time.ts';
import { redisOf } from './redis-of.ts';

type Platform = {
  readonly card: () => PlatformCard;
  /** Where a file may be written. */
  readonly directory: string;
  readonly ssp: (...args: readonly string[]) => Promise<ExampleRun>;
  readonly records: PlatformRecords;
  readonly resources: AsyncDisposableStack;
};

const soon = { interval: 20 };
const audited = { timeout: 60_000, interval: 100 };
/** A hundred seconds a request: nothing comes back while a test looks. */
const hardlyEver = ['--per-second', '0.01'];

/** Registers the tests of limits; each leaves the limits as it found them. */
export function limitsTests({ card, directory, ssp, records, resources }: Platform): void {
  const { admissionsOf, changesAudited, billedOf } = records;

  async function change(...args: readonly string[]): Promise<void> {
    expect(await ssp('limits', ...args, '--yes')).toMatchObject({ status: 0 });
  }

  /** Somebody at work, who remembers the trace and the internal id of every answer. */
  function worker(scope: AsyncDisposableStack) {
    const { ownMs, withinASecond } = startPlatformTime(card(), scope);
    const send = platformConsumer(card(), card().consumers.good, resources);
    const done: { readonly traceId: string; readonly answer: Answered; readonly tookMs: number }[] = [];
    const ask = async (): Promise<Answered> => {
      const asked = goodRequest(card());
      const startedMs = ownMs();
      const answer = await send(asked);
      done.push({ traceId: asked.traceId, answer, tookMs: ownMs() - startedMs });
      return answer;
    };
    const left = async () => {
      const { status, headers } = await ask();
      return `${status}: ${String(headers['x-rate-limit-remaining'])} of ${String(headers['x-rate-limit-limit'])}`;
    };
    return { ask, left, withinASecond, done };
  }

  /** What is billed of all that was done is what was forwarded. */
  async function expectForwardedAreBilled(done: ReturnType<typeof worker>['done']): Promise<void> {
    const idsOf = (some: typeof done) =>
      some.map(({ answer }) => String(answer.headers['x-ssp-internalid'])).toSorted();
    const forwarded = idsOf(done.filter(({ answer }) => answer.status === 200));
    await expect
      .poll(() => admissionsOf(done.map(({ traceId }) => traceId)), audited)
      .toHaveLength(done.length);
    await expect.poll(() => billedOf(idsOf(done)), audited).toEqual(forwarded);
  }

  test('a limit set by the command line holds within a second, is told to its consumer, audited, and taken back', async () => {
    await using scope = new AsyncDisposableStack();
    const { asid } = card().consumers.good;
    const { ask, left, withinASecond, done } = worker(scope);
    const why = randomUUID();
    const rule = ['two-at-once', '--per', 'consumer', '--consumer', `asid:${asid}`];
    expect((await ask()).headers).toMatchObject({
      'x-rate-limit-limit': '20000',
      'x-rate-limit-remaining': expect.stringMatching(/^\d+$/),
      'x-rate-limit-reset': expect.stringMatching(/^\d+$/),
    });

    await change('add', ...rule, ...hardlyEver, '--burst', '2', '--why', why);
    await withinASecond(() => expect.poll(left, soon).toBe('200: 1 of 2'));
    expect(await left()).toBe('200: 0 of 2');
    const refused = await ask();
    expect(refused).toMatchObject({
      status: 429,
      headers: { 'retry-after': expect.stringMatching(/^([4-9]\d|100)$/), 'x-rate-limit-remaining': '0' },
    });
    expect(refused.body).toContain(
      `CONSUMER_RATE_LIMIT_REACHED_${asid}: limit two-at-once of 2 in 200 s, of which you have used 2; repeat after `,
    );
    await expect
      .poll(() => admissionsOf([done.at(-1)?.traceId ?? '']), audited)
      .toMatchObject([
        {
          status: 429,
          refusal: 'consumer-limit',
          admission: {
            answer: 'refuse',
            rule: 'two-at-once',
            scope: 'consumer',
            version: expect.stringMatching(/^[1-9]\d*$/),
            counters: 'shared',
          },
        },
      ]);

    const { good } = card().consumers;
    const own = await lookAtLimits(card(), good, '*/*');
    expect(JSON.parse(own.body)).toMatchObject({
      systems: [
        {
          asid,
          limits: [{ rule: 'two-at-once', limit: 2, windowSeconds: 200, use: { remaining: 0 } }],
          refusals: [{ rule: 'two-at-once', scope: 'consumer', times: 1 }],
        },
      ],
    });
    const page = await lookAtLimits(card(), good, 'text/html,*/*;q=0.8');
    expect(page.body).toMatch(/^<!doctype html>.*two-at-once.*Last refusals.*two-at-once/s);
    expect(await lookAtLimits(card(), null, '*/*')).toMatchObject({ status: 496 });

    await change('remove', 'two-at-once', '--why', why);
    await withinASecond(() => expect.poll(left, soon).toMatch(/^200: \d+ of 20000$/));
    const who = expect.stringMatching(/^operator:/);
    await expect.poll(() => changesAudited('limits.changed', why), audited).toEqual([{ who }, { who }]);
    await expectForwardedAreBilled(done);
  });

  test("a limit on trial refuses nobody and is audited, a provider's is answered 503, and a file puts all back", async () => {
    await using scope = new AsyncDisposableStack();
    const { asid } = card().consumers.good;
    const { ask, left, withinASecond, done } = worker(scope);
    const file = join(directory, 'limits-before.yaml');
    expect(await ssp('limits', 'export', file)).toMatchObject({ status: 0 });
    const why = ['--why', randomUUID()];
    const onTrial = ['on-trial', '--per', 'consumer', '--consumer', `asid:${asid}`, '--mode', 'shadow'];
    await change('add', ...onTrial, ...hardlyEver, '--burst', '1', ...why);
    const ofProvider = ['narrow', '--per', 'provider', '--provider', `asid:${goodRequest(card()).to}`];
    await change('add', ...ofProvider, ...hardlyEver, '--burst', '2', ...why);

    const limit = async () => (await ask()).headers['x-rate-limit-limit'];
    await withinASecond(() => expect.poll(limit, soon).toBe('2'));
    expect((await ask()).status).toBe(200);
    const refused = await ask();
    expect(refused).toMatchObject({
      status: 503,
      headers: { 'retry-after': expect.stringMatching(/^([4-9]\d|100)$/) },
    });
    expect(refused.body).toContain('limit narrow of 2 in 200 s, which all consumers share; repeat after ');
    await expect
      .poll(() => admissionsOf(done.slice(-2).map(({ traceId }) => traceId)), audited)
      .toMatchObject([
        { status: 200, refusal: null, admission: { answer: 'admit', shadowed: ['on-trial'] } },
        { status: 503, refusal: 'provider-limit', admission: { answer: 'refuse', rule: 'narrow' } },
      ]);

    await change('load', file, ...why);
    await withinASecond(() => expect.poll(limit, soon).not.toBe('2'));
    // The bucket was empty under the narrow limit, and fills at the speed of the wide one.
    await expect.poll(left, soon).toMatch(/^200: \d+ of 20000$/);
    await expectForwardedAreBilled(done);
  });

  test('a Redis that is killed under load keeps no request waiting, and counts for all again', async () => {
    await using scope = new AsyncDisposableStack();
    const { ask, done } = worker(scope);
    const countersOf = async () => {
      const rows = await admissionsOf(done.map(({ traceId }) => traceId));
      return rows.map(({ status, admission }) => `${status} by ${String(admission?.['counters'])} counters`);
    };
    const enough = new AbortController();
    const load = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (!enough.signal.aborted) {
          await ask();
          // A load of some hundred a second, not all that the machine can do.
          await sleep(10);
        }
      }),
    );
    try {
      await expect.poll(() => done.length, audited).toBeGreaterThan(100);
      const redis = redisOf(card());
      const before = await redis.life();
      expect(before).not.toBe('');
      await redis.kill();
      await expect.poll(countersOf, audited).toContain('200 by local counters');
      await expect.poll(redis.life, audited).not.toBeOneOf(['', before]);
      await expect.poll(async () => (await countersOf()).at(-1), audited).toBe('200 by shared counters');
    } finally {
      enough.abort();
      await load;
    }
    const answers = new Set(done.map(({ answer: { status, body } }) => (status === 200 ? '200' : body)));
    answers.delete('200');
    for (const refusal of answers) expect(refusal).toContain('THROTTLING_UNAVAILABLE');
    expect(Math.max(...done.map(({ tookMs }) => tookMs))).toBeLessThan(3_000);
    await expectForwardedAreBilled(done);
  });
}
