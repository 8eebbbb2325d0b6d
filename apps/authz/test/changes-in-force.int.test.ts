import { type AuthzAnswer } from '@ssp/contracts';
import { startOwnTime } from '@ssp/testing';
import { expect, test } from 'vitest';
import { createRig, type Rig, sampleAsk, startDecisions, sync } from './rig.ts';

const handlerId = 'S918999511007';

test('a change is in force in every copy within a second, and each copy says how soon', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  // So seldom looked at that only the notifications can do it.
  const overrides = { AUTHZ_VERSION_CHECK_SECONDS: '600' };
  const copies = [
    await startDecisions(rig, resources, overrides),
    await startDecisions(rig, resources, overrides),
  ];
  for (const { service } of copies) {
    await expect.poll(() => service.metrics.metrics()).toContain('refreshes_total{result="current"} 1');
  }

  const ownMs = startOwnTime(resources, () => rig.pool.query('select'));
  await rig.pool.query('delete from authz.message_handler where handler_id = $1', [handlerId]);
  const changedAtMs = ownMs();
  await Promise.all(
    copies.map(({ decide }) =>
      expect
        .poll(() => decide(sampleAsk), { interval: 10 })
        .toMatchObject({ refusal: 'receiver-not-authorised' }),
    ),
  );
  expect(ownMs() - changedAtMs).toBeLessThan(1_000);
  for (const { service } of copies) {
    await expect
      .poll(() => service.metrics.metrics())
      .toMatch(/^ssp_authz_change_in_force_seconds_count 1$/m);
    await expect
      .poll(() => service.metrics.metrics())
      .toContain('ssp_authz_snapshot_refreshes_total{result="updated"} 1');
  }
});

test('while the rules change, every batch is decided wholly on one version', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  const { decideAll } = await startDecisions(rig, resources);
  const seen = new Map<string, ReadonlySet<string>>();
  const stopping = new AbortController();
  const asking = askWithoutEnd(decideAll, seen, stopping.signal);

  const expected = new Map<string, string>();
  for (let turn = 0; turn < 16; turn += 1) {
    const isWithheld = turn % 2 === 0;
    const version = await move(rig, isWithheld ? 'elsewhere' : 'B82617-9198738');
    expected.set(version, isWithheld ? 'refuse' : 'allow');
    await expect.poll(() => seen.has(version), { timeout: 60_000, interval: 5 }).toBe(true);
  }
  stopping.abort();
  await asking;
  for (const [version, decision] of expected) {
    expect([version, ...(seen.get(version) ?? [])]).toEqual([version, decision]);
  }
});

/** Asks the same over and over, and keeps which decisions each version gave; each batch must be of one version. */
async function askWithoutEnd(
  decideAll: (asks: readonly unknown[]) => Promise<readonly AuthzAnswer[]>,
  seen: Map<string, ReadonlySet<string>>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const answers = await decideAll(Array.from({ length: 32 }, () => sampleAsk));
    const versions = new Set(answers.map((answer) => ('rulesVersion' in answer ? answer.rulesVersion : '')));
    expect(versions.size).toBe(1);
    for (const version of versions) {
      seen.set(version, new Set([...(seen.get(version) ?? []), ...answers.map(({ decision }) => decision)]));
    }
  }
}

/** Moves the registration to another party; returns the version that this made. */
async function move({ pool }: Rig, partyKey: string): Promise<string> {
  const { rows } = await pool.query<{ version: string }>(
    'update authz.message_handler set party_key = $2 where handler_id = $1 returning since_version as version',
    [handlerId, partyKey],
  );
  return rows[0]?.version ?? '';
}
