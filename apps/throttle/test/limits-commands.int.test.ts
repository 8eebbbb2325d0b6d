import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTables, limitsText, startAdmin, startCounting, tokens } from './limits-rig.ts';
import { operatorAt } from './operator-at.ts';
import { ask } from './throttle-rig.ts';

const by = ['--yes', '--user', 'ada', '--why'] as const;

async function commands(resources: AsyncDisposableStack) {
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'limits-'))).path;
  const { environment } = await createTables(resources);
  const throttle = await startCounting(environment, resources);
  const { url } = await startAdmin({ ...environment, THROTTLE_URL: throttle.url }, resources);
  const file = join(folder, 'limits.yaml');
  return { ssp: await operatorAt(url, tokens.operator, folder), file, throttle };
}

test('an operator shows, tries, loads and edits the limits, and sees what came of it', async () => {
  await using resources = new AsyncDisposableStack();
  const { ssp, file, throttle } = await commands(resources);
  const shown = await ssp('show');
  expect(shown).toMatchObject({ status: 0, err: '' });
  expect(shown.out).toMatch(/version +0, the defaults/);
  expect(shown.out).toMatch(/\nconsumers +consumer +any +500\/s, burst 1000 +enforce/);

  await writeFile(file, `# as reviewed\n${limitsText(3).trimStart()}`);
  const diff = await ssp('diff', file);
  expect(diff.out).toMatch(/changed +limits +consumers +perSecond: 500 -> 0.001; burst: 1000 -> 3/);
  const unasked = await ssp('load', file, '--why', 'CHG-1');
  expect(unasked).toMatchObject({ status: 1, err: expect.stringContaining('give --yes') });
  expect((await ssp('load', file, ...by, 'CHG-1', '--expect', '7')).err).toContain('and not 7');
  expect(await ssp('load', file, ...by, 'CHG-1', '--expect', '0')).toMatchObject({
    status: 0,
    err: 'ssp: loaded: version 1\n',
  });
  await expect.poll(throttle.decide, { timeout: 30_000 }).toMatchObject({ limit: 3, version: '1' });

  const set = await ssp('set', 'consumers', '--burst', '1', '--mode', 'shadow', ...by, 'CHG-2');
  expect(set.out).toMatch(/burst: 3 -> 1; mode: enforce -> shadow/);
  const figures = '--per consumer --per-second 0.001 --burst 2'.split(' ');
  const added = await ssp('add', 'one', '--consumer', `asid:${ask.from}`, ...figures, ...by, 'CHG-3');
  expect(added).toMatchObject({ status: 0, err: 'ssp: loaded: version 3\n' });
  await expect
    .poll(throttle.decide, { timeout: 30_000 })
    .toMatchObject({ admission: 'refuse', limit: 2, version: '3' });
  const use = await ssp('use', ask.from);
  expect(use.out).toMatch(/\none +all +0.001\/s, burst 2 +0 of 2 +\d+ s +enforce/);
  expect(use.out).toMatch(new RegExp(` 1 +one +consumer +${ask.to} `));
  expect((await ssp('export')).out).toContain('id: one');
  expect(await ssp('remove', 'one', ...by, 'CHG-4')).toMatchObject({ status: 0 });

  const history = await ssp('history');
  expect(history.out.split('\n').slice(1, -1)).toEqual([
    expect.stringMatching(/^4 +\S+ +operator:ada +operator +CHG-4$/),
    expect.stringMatching(/^3 .*CHG-3$/),
    expect.stringMatching(/^2 .*CHG-2$/),
    expect.stringMatching(/^1 .*CHG-1$/),
  ]);
  const held: { text: string } = JSON.parse((await ssp('show', '--json')).out);
  expect(held.text).toMatch(/^# as reviewed\n/);
  expect((await ssp('show', '--version', '1')).out).toMatch(/burst 3/);
}, 180_000);

test('what is wrong is told, and the limits stay', async () => {
  await using resources = new AsyncDisposableStack();
  const { ssp, file } = await commands(resources);
  await writeFile(file, limitsText(3).replace('burst: 3', 'brust: 3'));
  const faulty = await ssp('load', file, ...by, 'CHG-1');
  expect(faulty).toMatchObject({ status: 1, out: '' });
  expect(faulty.err).toContain('has 2 faults, so nothing was done:\n');
  expect(faulty.err).toContain(`${file}:6:62: limits[0].brust: is no known key`);
  const unknown = await ssp('set', 'consumer', '--burst', '5', ...by, 'CHG-1');
  expect(unknown).toMatchObject({ status: 2, err: expect.stringContaining('consumers, providers') });
  const wrong = await ssp('set', 'consumers', '--burst', 'many', ...by, 'CHG-1');
  expect(wrong).toMatchObject({ status: 1, err: expect.stringContaining('limits[0].burst: must be') });
  const same = await ssp('set', 'consumers', '--burst', '1000', ...by, 'CHG-1');
  expect(same).toMatchObject({ status: 0, out: 'No difference from version 0.\n' });
  expect((await ssp('history')).out).toBe('No limits were ever loaded.\n');
}, 180_000);
