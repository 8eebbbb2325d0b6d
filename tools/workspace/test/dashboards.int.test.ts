import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPromtool } from '@ssp/testing';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { dashboardFiles } from '../src/dashboards/dashboard-files.ts';
import { faultsOf } from '../src/monitoring/faults-of.ts';
import { knownMetrics } from '../src/monitoring/known-metrics.ts';

const dashboards = dashboardFiles();
const asked = dashboards.flatMap(({ dashboard }) =>
  dashboard.rows.flatMap(({ panels }) =>
    panels.flatMap(({ asks }) => asks.map(([expression]) => expression)),
  ),
);

test.for(dashboards)(
  '$dashboard.title is as its file; else run npm run docs:dashboards',
  ({ file, content }) => {
    expect(readFileSync(file, 'utf8')).toBe(content);
  },
);

test('promtool reads every question of every dashboard', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'dashboards-'));
  const file = join(folder.path, 'questions.yml');
  const rules = asked.map((expression, index) => ({
    record: `question:${index}`,
    expr: expression.replaceAll('$__rate_interval', '5m'),
  }));
  await writeFile(file, stringify({ groups: [{ name: 'questions', rules }] }));
  const promtool = await findPromtool((line) => void process.stderr.write(`${line}\n`));
  await expect(promisify(execFile)(promtool, ['check', 'rules', file])).resolves.toBeDefined();
});

test('dashboards ask only for what processes show', () => {
  // Recorded by rules, and left behind by jobs: the rules' own test looks at those.
  const ours = asked.map((expression) =>
    expression.replaceAll(/\b(?:ssp:|ssp_job_)[\w:]+(?:\{[^}]*\})?/g, '1'),
  );
  expect(ours.length).toBeGreaterThan(40);
  expect(ours.flatMap((expression) => faultsOf(expression, knownMetrics()))).toEqual([]);
});
