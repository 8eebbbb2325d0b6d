import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findPromtool } from '@ssp/testing';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { faultsOf } from '../src/monitoring/faults-of.ts';
import { knownMetrics } from '../src/monitoring/known-metrics.ts';
import { seriesOf } from '../src/monitoring/series-of.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const cwd = join(root, 'infra/prometheus');
const ruleFiles = globSync('rules/*.yml', { cwd });
const testFiles = globSync('tests/*.yml', { cwd });

const RuleFile = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          record: z.string().optional(),
          alert: z.string().optional(),
          expr: z.string(),
          labels: z.object({ severity: z.enum(['page', 'ticket']) }).optional(),
          annotations: z.object({ summary: z.string(), runbook: z.string() }).optional(),
        }),
      ),
    }),
  ),
});
const TestFile = z.object({ tests: z.array(z.object({ name: z.string() })) });

const rules = ruleFiles.flatMap((file) =>
  RuleFile.parse(parse(readFileSync(join(cwd, file), 'utf8'))).groups.flatMap((group) => group.rules),
);
const alerts = rules.flatMap(({ alert, labels, annotations }) =>
  alert === undefined ? [] : [{ alert, labels, annotations }],
);

/** What a job leaves behind: asked of one that fails at once, for want of a database. */
async function jobMetrics(): Promise<ReturnType<typeof knownMetrics>> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'job-'));
  const file = join(folder.path, 'audit-verify.prom');
  const env = {
    JOB_METRICS_FILE: file,
    POSTGRES_URL: 'postgres://nobody@127.0.0.1:1/none',
    LOG_LEVEL: 'silent',
  };
  await run(process.execPath, ['apps/audit-writer/src/verify.main.ts'], { cwd: root, env }).catch(
    () => undefined,
  );
  const series = (await readFile(file, 'utf8')).matchAll(/^(\w+)\{(\w+)="audit-verify"\} /gm);
  return new Map(
    Array.from(series, ([, name = '', label = '']) => [name, { type: 'gauge', labels: new Set([label]) }]),
  );
}

test('promtool takes the settings and the rules', async () => {
  const promtool = await findPromtool((line) => void process.stderr.write(`${line}\n`));
  await expect(
    run(promtool, ['check', 'config', '--syntax-only', 'prometheus.yml'], { cwd }),
  ).resolves.toBeDefined();
  await expect(run(promtool, ['check', 'rules', ...ruleFiles], { cwd })).resolves.toBeDefined();
});

test('every alert is tried: quiet up to its bound, and firing beyond', async () => {
  const tried = testFiles.flatMap((file) =>
    TestFile.parse(parse(readFileSync(join(cwd, file), 'utf8'))).tests.map(({ name }) => name),
  );
  expect(new Set(tried)).toEqual(new Set(alerts.map(({ alert }) => alert)));
  const promtool = await findPromtool((line) => void process.stderr.write(`${line}\n`));
  await expect(run(promtool, ['test', 'rules', ...testFiles], { cwd })).resolves.toBeDefined();
});

test('rules ask only for what processes show', async () => {
  const recorded = rules.flatMap(({ record, expr }) => {
    if (record === undefined) return [];
    return [[record, { type: 'record', labels: new Set(expr.match(/\w+/g)) }] as const];
  });
  const up = ['up', { type: 'gauge', labels: new Set<string>() }] as const;
  const known = new Map([...knownMetrics(), ...(await jobMetrics()), ...recorded, up]);
  expect(rules.flatMap(({ expr }) => seriesOf(expr)).length).toBeGreaterThan(60);
  expect(rules.flatMap(({ expr }) => faultsOf(expr, known))).toEqual([]);
});

test('every alert has a severity and a runbook, every runbook an alert', () => {
  const runbooks = globSync('docs/runbooks/*.md', { cwd: root }).filter(
    (file) => basename(file) !== 'README.md',
  );
  expect(new Set(alerts.map(({ annotations }) => annotations?.runbook))).toEqual(new Set(runbooks));
  for (const { alert, labels, annotations } of alerts) {
    expect(annotations?.runbook).toBe(`docs/runbooks/${alert}.md`);
    expect(labels?.severity).toBeDefined();
    const text = readFileSync(join(root, `docs/runbooks/${alert}.md`), 'utf8');
    expect(text.match(/^#+ .*$/gm)).toEqual([
      `# ${alert}`,
      '## Meaning',
      '## Impact',
      '## Check',
      '## Mend',
      '## Escalate',
    ]);
  }
});
