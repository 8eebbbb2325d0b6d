import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type PlatformPaths } from '../src/paths.ts';
import { type PlatformCard } from '../src/platform-card.ts';
import { goodRequest, platformConsumer } from '../src/consumer.ts';
import { type ExampleRun } from './examples.ts';

type Platform = {
  readonly card: () => PlatformCard;
  readonly paths: PlatformPaths;
  readonly ssp: (...args: readonly string[]) => Promise<ExampleRun>;
  readonly resources: AsyncDisposableStack;
};

const soon = { timeout: 60_000, interval: 500 };

/** Registers the test of how one request is found again: by its ids, in audit, billing and every log. */
export function traceTests({ card, paths, ssp, resources }: Platform): void {
  test('a request is found by one command in audit and billing, and in the logs by the same ids', async () => {
    const send = platformConsumer(card(), card().consumers.good, resources);
    const w3cTraceId = randomBytes(16).toString('hex');
    const headers = { traceparent: `00-${w3cTraceId}-00f067aa0ba902b7-01` };
    const good = { ...goodRequest(card()), headers };
    const refused = { ...goodRequest(card()), to: '000000000009', headers };
    expect([(await send(good)).status, (await send(refused)).status]).toEqual([200, 403]);

    const found = async (id: string): Promise<unknown> =>
      JSON.parse((await ssp('trace', id, '--json')).out || '[]');
    const told = ({ traceId }: typeof good, outcome: string, isBillable: boolean) => ({
      ...headers,
      exchange: { traceId, w3cTraceId, outcome },
      billing: { exchange: { isBillable }, line: null },
    });
    const both = [told(good, 'forwarded', true), told(refused, 'refused', false)];
    await expect.poll(() => found(headers.traceparent), soon).toMatchObject(both);
    await expect.poll(() => found(refused.traceId), soon).toMatchObject(both.slice(1));
    const { out } = await ssp('trace', good.traceId);
    expect(out).toMatch(/^billing +counted in the hour of .*, paid for, not stated yet/m);
    expect(out).toContain(`lines of edge, authz and throttle with traceId ${good.traceId}`);

    // Lines wait in memory for a moment.
    const linesOf = async (service: string): Promise<readonly Readonly<Record<string, unknown>>[]> => {
      const text = await readFile(join(paths.logs, `${service}.log`), 'utf8');
      const about = text.split('\n').filter((line) => line.startsWith('{') && line.includes(w3cTraceId));
      return about.map((line): Readonly<Record<string, unknown>> => JSON.parse(line));
    };
    await expect
      .poll(() => linesOf('edge'), soon)
      .toMatchObject([
        { ...headers, traceId: good.traceId, msg: 'exchange' },
        { ...headers, traceId: refused.traceId, msg: 'exchange' },
      ]);
    await expect
      .poll(() => linesOf('authz'), soon)
      .toMatchObject([{ ...headers, traceId: refused.traceId, msg: 'refused' }]);
  });
}
