import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { metricLabels } from '../src/metric-labels.ts';
import { adminListeners, askMetricNames } from '../src/metric-names.ts';
import { metricsPage } from '../src/metrics-page.ts';
import { repositoryRoot } from '../src/paths.ts';
import { type PlatformCard } from '../src/platform-card.ts';

type Platform = { readonly card: () => PlatformCard };

/** Registers the tests of metrics; whatever traffic came before them is what they look at. */
export function metricsTests({ card }: Platform): void {
  test('docs/metrics.md tells every metric of every process; else run npm run docs:metrics', async () => {
    const page = metricsPage(await askMetricNames(card().services));
    expect(page).toBe(readFileSync(join(repositoryRoot, 'docs/metrics.md'), 'utf8'));
  });

  test('after traffic of all kinds no label has more values than its bound', async () => {
    const valuesOf = new Map<string, Set<string>>();
    for (const [service, admin] of adminListeners(card().services)) {
      const shown = await (await fetch(`${admin}/metrics`)).text();
      for (const [, metric, pairs = ''] of shown.matchAll(/^(\w+)\{(.*)\} \S+$/gm)) {
        for (const [, label = '', value = ''] of pairs.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
          const key = `${service} ${metric} ${label}`;
          valuesOf.set(key, (valuesOf.get(key) ?? new Set()).add(value));
        }
      }
    }
    expect(valuesOf.size).toBeGreaterThan(50);
    const beyond = [...valuesOf].filter(
      ([key, values]) => values.size > (metricLabels[key.split(' ')[2] ?? '']?.most ?? 0),
    );
    expect(beyond).toEqual([]);
  });
}
