import { type AuthzAsk } from '@ssp/contracts';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { decide } from '../src/decide.ts';
import { loadSnapshot } from '../src/load-snapshot.ts';
import { readSnapshot } from '../src/read-rules.ts';
import { type Snapshot } from '../src/snapshot.ts';
import { circumstances } from './decision-samples.ts';
import { asids, changeSomething, chooser, hosts, interactions, names } from './random-changes.ts';
import { createTables } from './rig.ts';

const tolerance = { trailingSlash: 'ignored', port443: false } as const;
const log = pino({ level: 'silent' });

test.for([1, 2, 3, 4])(
  'after any changes (seed %i) a snapshot brought up to date equals one that is read whole, and decides alike',
  async (seed) => {
    await using resources = new AsyncDisposableStack();
    const { pool } = await createTables(resources);
    const choose = chooser(seed);
    let loaded = await loadSnapshot(pool, tolerance, null, log);
    expect(loaded.how).toBe('loaded');
    const kinds = new Set<string>();
    for (let step = 0; step < 40; step += 1) {
      for (let changes = 1 + choose.below(3); changes > 0; changes -= 1) await changeSomething(pool, choose);
      const former = loaded.snapshot;
      const formerAnswers = answers(former);
      loaded = await loadSnapshot(pool, tolerance, loaded, log);
      const whole = await readSnapshot(pool, tolerance);
      expect(loaded.how).toBe('updated');
      expect(loaded.snapshot).toEqual(whole);
      expect(answers(loaded.snapshot)).toEqual(answers(whole));
      // Whoever still holds the former one is not disturbed.
      expect(answers(former)).toEqual(formerAnswers);
      for (const kind of answers(whole)) kinds.add(kind.split(' ')[0] ?? '');
    }
    // The changes do matter to decisions.
    expect(kinds).toContain('allow');
    expect(kinds.size).toBeGreaterThan(3);
  },
);

function answers(snapshot: Snapshot): readonly string[] {
  const given: string[] = [];
  for (const from of asids)
    for (const to of asids)
      for (const interactionId of interactions)
        for (const name of names)
          for (const targetHost of hosts) {
            const ask: AuthzAsk = {
              certificateNames: [name],
              from,
              to,
              interactionId,
              targetHost,
              targetPath: '/base/x',
              network: 'private',
            };
            const answer = decide(snapshot, ask, circumstances);
            given.push(
              `${answer.decision === 'refuse' ? answer.refusal : answer.decision} ${JSON.stringify(answer)}`,
            );
          }
  return given;
}

test('so many changes that reading everything is shorter are read that way', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await createTables(resources);
  const loaded = await loadSnapshot(pool, tolerance, null, log);
  await pool.query(`
    insert into authz.accredited_system (asid, ods, party_key, interactions, category_bag)
    select lpad(number::text, 12, '0'), 'X', 'p', '{}', '{}' from generate_series(1, 50) as number`);
  const updated = await loadSnapshot(pool, tolerance, loaded, log, 50);
  expect(updated).toMatchObject({ how: 'updated', rowsSinceRead: 50 });
  await pool.query(`update authz.accredited_system set ods = 'Y' where asid = '000000000001'`);
  const anew = await loadSnapshot(pool, tolerance, updated, log, 50);
  expect(anew).toMatchObject({ how: 'loaded', rowsSinceRead: 0 });
  expect(anew.snapshot.systems.get('000000000001')?.ods).toBe('Y');
});

test('a database put back to an earlier state is read whole', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await createTables(resources);
  await changeSomething(pool, chooser(1));
  const loaded = await loadSnapshot(pool, tolerance, null, log);
  const ahead = { ...loaded, snapshot: { ...loaded.snapshot, version: '999' } };
  const again = await loadSnapshot(pool, tolerance, ahead, log);
  expect(again.how).toBe('loaded');
  expect(again.snapshot).toEqual(loaded.snapshot);
});
