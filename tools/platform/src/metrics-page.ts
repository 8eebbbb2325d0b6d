import { type DescribedMetric } from '@ssp/service';
import { metricLabels } from './metric-labels.ts';
import { type MetricsByProcess } from './metric-names.ts';

const preface = `# Metrics

What every process shows on \`/metrics\`, as the processes of a running platform tell it themselves on \`/metrics/names\`. What is watched of
it, and how, is on the page of [monitoring](monitoring.md).

This page is written by \`npm run docs:metrics\` while \`npm start\` runs; a test compares it with a running platform.

## Labels

What callers send never becomes a label. The number beside is the most values that a label may have for one metric of a process.

`;

/** Renders all metrics, those that the same processes have under one heading, and the bounds of their labels. */
export function metricsPage(processes: MetricsByProcess): string {
  const owners = new Map<string, { readonly metric: DescribedMetric; readonly names: string[] }>();
  for (const [process, metrics] of [...processes].toSorted(byFirst)) {
    for (const metric of metrics) {
      const known = owners.get(metric.name);
      if (known === undefined) owners.set(metric.name, { metric, names: [process] });
      else known.names.push(process);
    }
  }
  const sections = new Map<string, DescribedMetric[]>();
  for (const { metric, names } of owners.values()) {
    const heading = names.length === processes.size ? everyProcess : names.join(', ');
    sections.set(heading, [...(sections.get(heading) ?? []), metric]);
  }
  const used = new Set(owners.values().flatMap(({ metric }) => metric.labelNames));
  const parts = [...sections].toSorted(byFirst).map(([heading, metrics]) => section(heading, metrics));
  return `${preface}${labelTable(used)}${parts.join('')}`;
}

const everyProcess = 'Every process';

function labelTable(used: ReadonlySet<string>): string {
  const rows = [...used].toSorted().map((name) => {
    const bound = metricLabels[name];
    if (bound === undefined) throw new Error(`nothing says where the values of the label ${name} come from`);
    return `| \`${name}\` | ${bound.from} | ${bound.most} |\n`;
  });
  return `| Label | Its values | Most |\n|---|---|---|\n${rows.join('')}`;
}

function section(heading: string, metrics: readonly DescribedMetric[]): string {
  const rows = metrics
    .toSorted((left, right) => left.name.localeCompare(right.name, 'en'))
    .map(({ name, type, help, labelNames }) => {
      const labels = labelNames.map((label) => `\`${label}\``).join(', ');
      return `| \`${name}\` | ${type} | ${labels} | ${help.replaceAll('|', String.raw`\|`)} |\n`;
    });
  return `\n## ${heading}\n\n| Metric | Type | Labels | Meaning |\n|---|---|---|---|\n${rows.join('')}`;
}

const byFirst = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]) =>
  left.localeCompare(right, 'en');
