import { refusals } from '@ssp/spine';
import { type KnownMetric } from './known-metrics.ts';
import { seriesOf } from './series-of.ts';

/** What every series has beside its own labels, from whoever scrapes it. */
const scraped = new Set(['job', 'instance']);

/** What an expression asks for that no process shows: names, labels, refusals. */
export function faultsOf(expression: string, known: ReadonlyMap<string, KnownMetric>): readonly string[] {
  return seriesOf(expression).flatMap(({ name, matchers }) => {
    const metric = known.get(name);
    if (metric === undefined) return [`no process shows ${name}`];
    return matchers.flatMap(({ label, value }) => {
      if (!metric.labels.has(label) && !scraped.has(label)) return [`${name} has no label ${label}`];
      if (label !== 'refusal') return [];
      return value
        .split('|')
        .filter((code) => /^[a-z-]+$/.test(code) && code !== 'none' && !Object.hasOwn(refusals, code))
        .map((code) => `there is no refusal ${code}`);
    });
  });
}
