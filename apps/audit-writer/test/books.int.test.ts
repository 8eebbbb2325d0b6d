import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { BookedExchangeLine, BookLine, EdgeTally } from '@ssp/contracts';
import { type Pool } from 'pg';
import { expect, test } from 'vitest';
import { exchangeEvents } from './events.ts';
import { ownSource } from './numbered-events.ts';
import { auditRig, tokens } from './rig.ts';

const hour = '2026-03-29T10:00:00.000Z';
const at = (minutes: number) => new Date(Date.parse(hour) + minutes * 60_000);

type Numbered = { readonly source: string; readonly number: number; readonly minutes: number };

/** Only the second event: of the first nothing is counted. */
function completed({ source, number, minutes }: Numbered, changes: object = {}) {
  const exchange = exchangeEvents({
    time: at(minutes),
    numbered: { source, sequence: String(number) },
    completed: { requestBytes: 10, ...changes },
  });
  return { ...exchange, records: exchange.records.slice(1) };
}

function tally(source: string, upTo: number, counted: number) {
  const event: EdgeTally = {
    specversion: '1.0',
    id: `${source}.tally.${upTo}`,
    source,
    type: 'edge.tally',
    time: at(30).toISOString(),
    datacontenttype: 'application/json',
    data: {
      edge: source,
      hour,
      upTo,
      completed: counted,
      outcomes: { forwarded: counted, refused: 0, failed: 0, abandoned: 0, answered: 0 },
      requestBytes: counted * 10,
      responseBytes: counted * 2_300,
    },
  };
  return { topic: EdgeTally.topic, id: event.id, value: JSON.stringify(event) };
}

async function ask(api: string, path: string, token: string): Promise<Response> {
  return fetch(`${api}${path}`, { headers: { authorization: `Bearer ${token}` } });
}

async function lines(response: Response): Promise<readonly unknown[]> {
  expect(response.status).toBe(200);
  const body = response.body === null ? '' : await text(response.body);
  return body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

async function writtenUpTo(pool: Pool): Promise<bigint> {
  const { rows } = await pool.query<{ sum: string }>(
    'select sum(next_offset) from audit.consumer_offset where topic = $1',
    [EdgeTally.topic],
  );
  return BigInt(rows[0]?.sum ?? 0);
}

const token = tokens.reconcile;
const sums = (count: number) => expect.objectContaining({ completed: count, requestBytes: count * 10 });
const twoHours = '/v1/books?from=2026-03-29T10:00Z&to=2026-03-29T12:00Z';

test('the books of an hour have what its completed events come to, and what each edge has counted', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const [whole, lossy, older] = [ownSource(), ownSource(), ownSource()];
  const parties = { senderOds: 'A20047', receiverOds: 'B82617', supplier: 'Supplier A' };
  const kept = [
    // All that it told, and one after its last tally.
    ...[1, 2, 3].map((number) => completed({ source: whole, number, minutes: number }, { parties })),
    completed({ source: whole, number: 4, minutes: 61 }),
    // Of its five the second is missing, and the last was counted alone.
    ...[1, 3, 4].map((number) => completed({ source: lossy, number, minutes: number })),
    completed(
      { source: older, number: 1, minutes: 59 },
      { outcome: 'refused', endpoint: null, refusal: 'no-agreement' },
    ),
  ];
  const tallies = [tally(whole, 1, 1), tally(whole, 2, 2), tally(lossy, 5, 5)];
  await rig.publish([...kept.flatMap(({ records }) => records), ...tallies]);
  const ids = [...kept.map(({ internalId }) => `${internalId}.completed`), ...tallies.map(({ id }) => id)];
  await expect
    .poll(
      async () => (await rig.pool.query('select from audit.event where event_id = any($1)', [ids])).rowCount,
      { timeout: 100_000 },
    )
    .toBe(ids.length);
  const writtenBefore = await writtenUpTo(rig.pool);

  const told = (await lines(await ask(api, twoHours, token))).map((line) => BookLine.parse(line));
  expect(told.at(-1)).toEqual({ end: true });
  const hours = told.flatMap((line) => ('hour' in line ? [line.hour] : []));
  expect(hours.map((it) => [it.hour, it.completed, it.closed, it.isRetired])).toEqual([
    [hour, 7, 0, false],
    ['2026-03-29T11:00:00.000Z', 1, 0, false],
  ]);
  expect(hours[0]?.edges).toEqual(
    expect.arrayContaining([
      { edge: whole, told: sums(3), audited: sums(3), missing: [] },
      { edge: lossy, told: sums(5), audited: sums(3), missing: [{ first: 2, last: 2 }] },
      { edge: older, told: null, audited: sums(1), missing: [] },
    ]),
  );
  const firstHour = told.slice(
    0,
    told.findIndex((line) => 'hour' in line),
  );
  const groups = firstHour.flatMap((line) => ('group' in line ? [line.group] : []));
  expect(groups.map((group) => [group.outcome, group.parties, group.exchanges, group.requestBytes])).toEqual(
    expect.arrayContaining([
      ['forwarded', parties, 3, 30],
      ['forwarded', null, 3, 30],
      ['refused', null, 1, 10],
    ]),
  );

  const listed = (await lines(await ask(api, `/v1/books/exchanges?hour=${hour}`, token))).map((line) =>
    BookedExchangeLine.parse(line),
  );
  const exchanges = listed.flatMap((line) => ('exchange' in line ? [line.exchange] : []));
  const ofHour = kept.filter((_, place) => place !== 3);
  expect(exchanges).toHaveLength(ofHour.length);
  expect(new Set(exchanges.map(({ traceId }) => traceId))).toEqual(
    new Set(ofHour.map(({ traceId }) => traceId)),
  );
  expect(exchanges.find(({ traceId }) => traceId === kept[0]?.traceId)).toMatchObject({
    internalId: kept[0]?.internalId,
    time: at(1).toISOString(),
    wasDialled: true,
    requestBytes: 10,
    timings: { totalMs: 12.5, providerMs: 9 },
  });
  const written = hours[0]?.written.reduce((sum, { offset }) => sum + BigInt(offset), 0n);
  // Others publish meanwhile.
  expect(written).toBeGreaterThanOrEqual(writtenBefore);
  expect(written).toBeLessThanOrEqual(await writtenUpTo(rig.pool));
});

test('who may not read the books is told so, and what is no hour is named', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  expect((await ask(api, twoHours, tokens.authz)).status).toBe(403);
  expect((await ask(api, twoHours, randomUUID())).status).toBe(401);
  for (const [path, fault] of [
    ['/v1/books?from=2026-03-29T10:30Z&to=2026-03-29T12:00Z', 'from'],
    ['/v1/books?from=2026-03-29T12:00Z&to=2026-03-29T12:00Z', 'to: must be after from'],
    ['/v1/books?from=2026-01-29T12:00Z&to=2026-03-29T12:00Z', 'at most 768 hours'],
    ['/v1/books/exchanges?hour=2026-13-29T12:00Z', 'no such hour'],
  ] as const) {
    const answer = await ask(api, path, token);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(fault);
  }
});
