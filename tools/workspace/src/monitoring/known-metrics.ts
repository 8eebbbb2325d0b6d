import { readFileSync } from 'node:fs';

/** A metric that a process shows, as docs/metrics.md has it from the processes themselves. */
export type KnownMetric = { readonly type: string; readonly labels: ReadonlySet<string> };

const page = new URL('../../../../docs/metrics.md', import.meta.url);
const row = /^\| `([a-z_]+)` \| (counter|gauge|histogram|summary) \| ([^|]*) \|/gm;

/** All series by name, those of a histogram one by one. */
export function knownMetrics(): ReadonlyMap<string, KnownMetric> {
  const known = new Map<string, KnownMetric>();
  for (const [, name = '', type = '', labelled = ''] of readFileSync(page, 'utf8').matchAll(row)) {
    const labels = new Set(Array.from(labelled.matchAll(/`(\w+)`/g), ([, label = '']) => label));
    if (type !== 'histogram') known.set(name, { type, labels });
    else {
      known.set(`${name}_bucket`, { type, labels: new Set([...labels, 'le']) });
      known.set(`${name}_sum`, { type, labels });
      known.set(`${name}_count`, { type, labels });
    }
  }
  return known;
}
