import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { auditOfEach, type Audited, putAside, endsOfBoth } from '../src/books.ts';
import { chaosPlatform, metricOf, patience, verify } from './chaos-platform.ts';
import { startTraffic } from './chaos-traffic.ts';

const nothing: Audited = { received: 0, completed: 0, closed: 0, status: null, refusal: null };

test(
  'whatever is killed under traffic, each request that was answered or forwarded is in the audit as one pair, and is billed once',
  { timeout: 900_000 },
  async () => {
    await using resources = new AsyncDisposableStack();
    const directory = resources.use(await mkdtempDisposable(join(tmpdir(), 'chaos-')));
    const platform = await chaosPlatform(join(directory.path, 'local'), resources);
    const { card, reached, holds, signal, kill } = platform;
    const edge = card.services['edge']?.[0]?.admin ?? '';
    const spooling = () => metricOf(edge, 'ssp_kafka_spooling');
    const spooled = () => metricOf(edge, 'ssp_spool_events');
    const traffic = startTraffic(card, resources);
    const served = () => traffic.answered.values().reduce((sum, status) => sum + Number(status === 200), 0);
    /** Goes on once so many more have been served. */
    const serving = async (more: number) => {
      const before = served();
      await expect.poll(served, patience).toBeGreaterThanOrEqual(before + more);
    };
    const drained = async () => {
      await expect.poll(spooling, patience).toBe(0);
      await expect.poll(spooled, patience).toBe(0);
    };
    /** In the midst of exchanges, whose ends die with it. */
    const killEdge = async () => {
      await expect.poll(holds, { ...patience, interval: 5 }).toBeGreaterThan(2);
      await kill('edge');
    };

    await serving(40);
    await killEdge();
    await serving(40);

    await kill('audit-writer');
    await serving(40);

    signal('Kafka', 'SIGSTOP');
    await expect.poll(spooling, patience).toBe(1);
    await serving(20);
    await killEdge();
    await serving(20);
    signal('Kafka', 'SIGCONT');
    await drained();

    await kill('Kafka');
    await serving(40);
    await drained();

    await kill('Postgres');
    await serving(40);
    await kill('audit-writer');
    await serving(20);
    await traffic.end();
    await drained();

    const { sent, answered } = traffic;
    const known = new Set([...answered.keys(), ...reached]);
    const offTheBooks = async () => {
      const audited = await auditOfEach(card, sent);
      const ofKnown = [...known].map((traceId) => audited.get(traceId) ?? nothing);
      return {
        lost: ofKnown.filter(({ received }) => received === 0).length,
        open: [...audited.values()].filter(({ completed, closed }) => completed + closed === 0).length,
      };
    };
    await expect.poll(offTheBooks, { ...patience, interval: 500 }).toEqual({ lost: 0, open: 0 });
    const uncounted = async () => {
      const { audited, counted } = await endsOfBoth(card);
      return audited - counted;
    };
    await expect.poll(uncounted, patience).toBe(0);

    const audited = await auditOfEach(card, sent);
    const twice = [...audited].filter(
      ([, { received, completed, closed }]) => received !== 1 || completed > 1 || closed > 1,
    );
    expect(twice).toEqual([]);
    const toldOtherwise = [...answered].filter(([traceId, status]) => {
      const { completed, status: told } = audited.get(traceId) ?? nothing;
      return completed === 1 && told !== status;
    });
    expect(toldOtherwise).toEqual([]);
    expect(await putAside(card)).toEqual([]);

    const abandoned = audited.values().reduce((sum, { completed }) => sum + Number(completed === 0), 0);
    expect(abandoned).toBeGreaterThan(0);
    const { status, out } = await verify(card.postgres, platform.paths);
    expect(out).toContain('unaltered');
    expect(status).toBe(0);
    const { counted } = await endsOfBoth(card);
    process.stderr.write(
      `chaos: ${sent.length} sent, ${answered.size} answered, ${reached.length} forwarded; ${audited.size} in the audit, ` +
        `each received once: ${audited.size - abandoned} completed, ${abandoned} closed as abandoned; ${counted} counted\n`,
    );
  },
);
