import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createService, readConfig } from '@ssp/service';
import { expect, test } from 'vitest';
import { loadLimits, LoadLimitsConfig } from '../src/limits/load-limits.ts';
import { createTables, limitsText } from './limits-rig.ts';

async function loading(resources: AsyncDisposableStack) {
  const { environment, pool } = await createTables(resources);
  const directory = resources.use(await mkdtempDisposable(join(tmpdir(), 'limits-')));
  const file = join(directory.path, 'limits.yaml');
  const load = async (text: string, more: Readonly<Record<string, string>> = {}) => {
    await using scope = new AsyncDisposableStack();
    await writeFile(file, text);
    const by = { LIMITS_WHO: 'ada', LIMITS_WHY: 'review 12', POSTGRES_ROLE: 'ssp_throttle_write' };
    const config = readConfig(LoadLimitsConfig, { ...environment, ...by, LIMITS_FILE: file, ...more });
    await loadLimits(config, createService('load', scope));
  };
  const versions = async () =>
    (await pool.query('select version, who, why, kind, text from throttle.limits_version order by version'))
      .rows;
  return { load, versions, file };
}

const by = { who: 'ada', why: 'review 12', kind: 'file' };

test('the job puts a reviewed file in force once, says who and why, and changes nothing for a faulty one', async () => {
  await using resources = new AsyncDisposableStack();
  const { load, versions, file } = await loading(resources);
  await load(limitsText(5), { LIMITS_DIFF_ONLY: 'true' });
  expect(await versions()).toEqual([]);
  await load(limitsText(5));
  await load(limitsText(5));
  const first = { version: '1', ...by, text: limitsText(5) };
  expect(await versions()).toEqual([first]);
  await expect(load(limitsText(0))).rejects.toThrow(
    `${file}: line 6, column 62: limits[0].burst: must be a whole number between 1 and 1000000`,
  );
  expect(await versions()).toEqual([first]);
});

test('a load that is to be the first changes nothing later', async () => {
  await using resources = new AsyncDisposableStack();
  const { load, versions } = await loading(resources);
  await load(limitsText(5), { LIMITS_FIRST_ONLY: 'true' });
  await load(limitsText(6));
  await load(limitsText(5), { LIMITS_FIRST_ONLY: 'true' });
  expect(await versions()).toEqual([
    { version: '1', ...by, text: limitsText(5) },
    { version: '2', ...by, text: limitsText(6) },
  ]);
});
