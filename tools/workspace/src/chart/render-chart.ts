import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { findHelm } from './find-helm.ts';

const run = promisify(execFile);

export const chartFolder = fileURLToPath(new URL('../../../../infra/helm/ssp/', import.meta.url));

const Manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    annotations: z.record(z.string(), z.string()).optional(),
    labels: z.record(z.string(), z.string()).optional(),
  }),
});
export type Manifest = z.output<typeof Manifest>;

/** A cluster that has what others bring: KEDA and the Prometheus operator. */
export const wellEquipped = [
  'keda.sh/v1alpha1/ScaledObject',
  'monitoring.coreos.com/v1/ServiceMonitor',
  'monitoring.coreos.com/v1/PrometheusRule',
].flatMap((kind) => ['--api-versions', kind]);

/** The sets of values that everything about the chart is tried with: those of the chart itself, and what is set over them. */
export const valueSets = {
  default: [],
  equipped: wellEquipped,
  small: ['--values', `${chartFolder}values/small.yaml`],
  national: ['--values', `${chartFolder}values/national.yaml`],
  external: [
    '--values',
    `${chartFolder}values/national.yaml`,
    '--set=autoscaling.lag=external,networkPolicies.enabled=false',
  ],
} as const;

/** Runs Helm on the chart, as `lint` or `template`; rejects where it refuses. */
export async function helm(command: 'lint' | 'template', args: readonly string[]): Promise<string> {
  const release = command === 'template' ? ['ssp'] : [];
  const own = [...release, chartFolder, '--namespace', 'spine', '--kube-version', '1.37.0'];
  const { stdout } = await run(await findHelm(), [command, ...own, ...args], {
    maxBuffer: 64 * 1_024 * 1_024,
  });
  return stdout;
}

/** What Kubernetes would be given. */
export async function renderChart(args: readonly string[]): Promise<readonly Manifest[]> {
  const documents = parseAllDocuments(await helm('template', args));
  return documents.flatMap((document) => {
    const [fault] = document.errors;
    if (fault) throw fault;
    const content: unknown = document.toJS();
    return content === null ? [] : [Manifest.parse(content)];
  });
}
