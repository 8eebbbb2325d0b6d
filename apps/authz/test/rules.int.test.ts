import { createService } from '@ssp/service';
import { toPostgresConfig } from '@ssp/postgres';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportRules, writeRulesFile } from '../src/rules/export-rules.ts';
import { loadRules } from '../src/rules/load-rules.ts';
import { readRulesFile } from '../src/rules/read-rules-file.ts';
import { type RulesFile } from '../src/rules/rules-file.ts';
import { changeRules, storeRules } from '../src/rules/store-rules.ts';
import { createRig, type Rig, rulesVersion, sampleAsk, startDecisions, sync } from './rig.ts';

const sampleFile = join(import.meta.dirname, '../../../infra/rules.sample.yaml');

const withheldAsk = {
  ...sampleAsk,
  to: '918999190001',
  targetHost: 'pear.testlab.nhs.uk',
  targetPath: '/Y90001/STU3/1/gpconnect/fhir/metadata',
};

const by = { who: 'ada', why: 'review 7' };
const ia = sampleAsk.interactionId;

// Of every field the odd values that it may hold.
const odd: RulesFile = {
  rules: [
    {
      ruleId: '007',
      agreementId: '1.0 # \'quoted\': "yes"',
      priority: 0,
      from: { asid: '000000000012' },
      to: { ods: '8E12' },
      interaction: ia,
      effect: 'deny',
      validFrom: '2026-04-01T00:00:00.123Z',
      validTo: '2027-04-01T00:00:00.000Z',
      note: '- true, ~ null: é 語 🙂  two spaces',
    },
    {
      ruleId: 'null',
      agreementId: 'true',
      priority: 1_000_000_000,
      from: 'any',
      to: { asid: '918999198738' },
      capability: 'yes',
      effect: 'allow',
      validTo: '2027-04-01T00:00:00.000Z',
      note: ' leading and trailing ',
    },
    {
      ruleId: 'z',
      agreementId: 'x'.repeat(100),
      priority: 1_000_000_000,
      from: { ods: 'X26' },
      to: 'any',
      interaction: 'any',
      effect: 'allow',
      note: '#',
    },
  ],
  capabilities: { yes: [ia, `${ia}$x.y_z`], '1': [ia] },
  interactions: { [ia]: { agreement: 'exempt', internet: false }, [`${ia}-2`]: { internet: true } },
  aliases: { [`${ia}-3`]: ia },
  certificateNames: { '000000000012': ['a.nhs.uk', 'b_c.nhs.uk'], '200000000359': ['1.2'] },
};

test('the sample rules withhold one practice from the sample consumer, and nothing else does', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  const { decide } = await startDecisions(rig, resources);
  expect(await decide(withheldAsk)).toMatchObject({ decision: 'allow', agreementId: 'default' });

  await load(rig, sampleFile);
  await expect.poll(() => decide(withheldAsk)).toMatchObject({ refusal: 'no-agreement' });
  expect(await decide(sampleAsk)).toMatchObject({ decision: 'allow', agreementId: 'sample-national' });
});

test('what is exported loads again without any difference', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await storeRules(rig.pool, odd, by);
  const exported = await exportRules(rig.pool);
  expect(exported).toEqual(odd);
  const text = writeRulesFile(exported);
  expect(readRulesFile(text)).toEqual({ read: true, file: odd });

  const version = await rulesVersion(rig.pool);
  expect(await storeRules(rig.pool, exported, by)).toEqual({ changes: [], rulesVersion: version });
  expect(await rulesVersion(rig.pool)).toBe(version);
});

test('only what differs is written, as one version with who and why', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const { rulesVersion: before } = await storeRules(rig.pool, odd, by);
  const { rulesVersion: after, changes } = await changeRules(
    rig.pool,
    (held) => ({
      ...held,
      rules: held.rules.filter(({ ruleId }) => ruleId !== 'z').map((rule) => ({ ...rule, priority: 5 })),
      capabilities: { ...held.capabilities, '1': [`${ia}-2`] },
      interactions: { [ia]: { agreement: 'deny', internet: true } },
      aliases: { [`${ia}-3`]: `${ia}-4` },
      certificateNames: { '200000000359': ['1.2', 'c.nhs.uk'] },
    }),
    { who: 'bob', why: 'review 8' },
  );
  expect(changes.map(({ section, key, change }) => [change, section, ...key].join(' '))).toEqual([
    'removed rules z',
    `removed capabilities 1 ${ia}`,
    `removed interactions ${ia}-2`,
    'removed certificateNames 000000000012 a.nhs.uk',
    'removed certificateNames 000000000012 b_c.nhs.uk',
    'changed rules 007',
    'changed rules null',
    `added capabilities 1 ${ia}-2`,
    `changed interactions ${ia}`,
    `changed aliases ${ia}-3`,
    'added certificateNames 200000000359 c.nhs.uk',
  ]);
  expect(Number(after)).toBe(Number(before) + 1);
  const { rows } = await rig.pool.query('select who, why, kind from authz.change where version = $1', [
    after,
  ]);
  expect(rows).toEqual([{ who: 'bob', why: 'review 8', kind: 'rules' }]);
  expect(await rowsOfVersion(rig, after)).toEqual({
    agreement: 2,
    capability_interaction: 1,
    interaction_policy: 1,
    interaction_alias: 1,
    certificate_name: 1,
  });
  expect(await exportRules(rig.pool)).toMatchObject({ aliases: { [`${ia}-3`]: `${ia}-4` } });
});

test('of two who change the rules at the same time neither undoes the other’s work', async () => {
  await using resources = new AsyncDisposableStack();
  const { pool } = await createRig(resources);
  const add = (asid: string) =>
    changeRules(
      pool,
      (held) => ({ ...held, certificateNames: { ...held.certificateNames, [asid]: ['a.nhs.uk'] } }),
      by,
    );
  await Promise.all([add('000000000001'), add('000000000002'), add('000000000003')]);
  expect(Object.keys((await exportRules(pool)).certificateNames)).toHaveLength(3);
});

const ruleLine = (id: number, effect: string) =>
  `  - { ruleId: r${id}, agreementId: a, priority: 1, from: any, to: any, interaction: any, effect: ${effect} }`;

test('a file with a fault in line 40 tells the place, and the old rules stay in force', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await load(rig, sampleFile);
  const version = await rulesVersion(rig.pool);
  const rules = Array.from({ length: 50 }, (_, index) => ruleLine(index, index === 38 ? 'permit' : 'deny'));
  await using folder = await mkdtempDisposable(join(tmpdir(), 'rules-'));
  const file = join(folder.path, 'rules.yaml');
  const rest = 'capabilities: {}\ninteractions: {}\naliases: {}\ncertificateNames: {}\n';
  await writeFile(file, `rules:\n${rules.join('\n')}\n${rest}`);
  await expect(load(rig, file)).rejects.toThrow(
    `${file}: line 40, column 95: rules[38].effect: must be allow or deny`,
  );
  expect(await rulesVersion(rig.pool)).toBe(version);
});

test('a look at the difference changes nothing', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  const version = await rulesVersion(rig.pool);
  await load(rig, sampleFile, { diffOnly: true });
  expect(await rulesVersion(rig.pool)).toBe(version);
});

test('a load that is to be the first changes nothing later, also where no rule is left', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  await load(rig, sampleFile, { firstOnly: true });
  expect((await exportRules(rig.pool)).rules).not.toEqual([]);
  await changeRules(rig.pool, (held) => ({ ...held, rules: [] }), by);
  const version = await rulesVersion(rig.pool);
  await load(rig, sampleFile, { firstOnly: true });
  expect(await rulesVersion(rig.pool)).toBe(version);
});

async function load(
  rig: Rig,
  file: string,
  only: { readonly diffOnly?: boolean; readonly firstOnly?: boolean } = {},
): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const { POSTGRES_URL = '', POSTGRES_PASSWORD_FILE } = rig.postgresEnvironment;
  const postgres = toPostgresConfig({ POSTGRES_URL, POSTGRES_PASSWORD_FILE, POSTGRES_POOL_SIZE: 2 }, 'test');
  await loadRules(
    { postgres, file, by, diffOnly: false, firstOnly: false, ...only },
    createService('load-rules', resources),
  );
}

/** How many rows of each table a version has written. */
async function rowsOfVersion({ pool }: Rig, version: string): Promise<Record<string, number>> {
  const tables = [
    'agreement',
    'capability_interaction',
    'interaction_policy',
    'interaction_alias',
    'certificate_name',
  ];
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const { rows } = await pool.query<{ n: number }>(
      `select count(*)::int as n from authz.${table} where since_version = $1`,
      [version],
    );
    counts[table] = rows[0]?.n ?? 0;
  }
  return counts;
}
