import { createService } from '@ssp/service';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toPostgresConfig } from '@ssp/postgres';
import { expect, test } from 'vitest';
import { loadAgreements } from '../src/load-agreements.ts';
import { createRig, type Rig, rulesVersion, sampleAsk, startDecisions, sync } from './rig.ts';

const sampleFile = join(import.meta.dirname, '../../../infra/agreements.sample.json');

const withheldAsk = {
  ...sampleAsk,
  to: '918999190001',
  targetHost: 'pear.testlab.nhs.uk',
  targetPath: '/Y90001/STU3/1/gpconnect/fhir/metadata',
};

test('the sample agreements withhold one practice from the sample consumer, and nothing else does', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  const { decide } = await startDecisions(rig, resources);
  expect(await decide(withheldAsk)).toMatchObject({ decision: 'allow', agreementId: 'default' });

  await load(rig, sampleFile);
  await expect.poll(() => decide(withheldAsk)).toMatchObject({ refusal: 'no-agreement' });
  expect(await decide(sampleAsk)).toMatchObject({ decision: 'allow', agreementId: 'sample-national' });
});

test('the same file twice changes nothing', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await load(rig, sampleFile);
  const version = await rulesVersion(rig.pool);
  await load(rig, sampleFile);
  expect(await rulesVersion(rig.pool)).toBe(version);
});

const rule = {
  agreementId: 'a',
  priority: 1,
  from: 'any',
  to: { ods: 'B82617' },
  interaction: 'any',
  effect: 'deny',
};

test.for([
  { fault: 'a selector of two kinds', rules: [{ ...rule, from: { asid: '200000000359', ods: 'X26' } }] },
  { fault: 'an unknown field', rules: [{ ...rule, validUntil: '2026-01-01T00:00:00Z' }] },
  { fault: 'an unknown effect', rules: [{ ...rule, effect: 'permit' }] },
  {
    fault: 'a rule that ends before it begins',
    rules: [{ ...rule, validFrom: '2026-01-02T00:00:00Z', validTo: '2026-01-01T00:00:00Z' }],
  },
])('a file with $fault changes nothing', async ({ rules }) => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await load(rig, sampleFile);
  const version = await rulesVersion(rig.pool);
  await using folder = await mkdtempDisposable(join(tmpdir(), 'agreements-'));
  const file = join(folder.path, 'agreements.json');
  await writeFile(file, JSON.stringify({ rules }));
  await expect(load(rig, file)).rejects.toThrow(file);
  expect(await rulesVersion(rig.pool)).toBe(version);
});

async function load(rig: Rig, file: string): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const { POSTGRES_URL = '', POSTGRES_PASSWORD_FILE } = rig.postgresEnvironment;
  const postgres = toPostgresConfig({ POSTGRES_URL, POSTGRES_PASSWORD_FILE, POSTGRES_POOL_SIZE: 2 }, 'test');
  await loadAgreements({ postgres, file }, createService('load-agreements', resources));
}
