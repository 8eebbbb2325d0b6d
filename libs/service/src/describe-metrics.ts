import { type Registry } from 'prom-client';
import { z } from 'zod';

/** What a process tells of one of its metrics, whether it has a value yet or not. */
export const DescribedMetric = z.object({
  name: z.string(),
  type: z.string(),
  help: z.string(),
  labelNames: z.array(z.string()),
});
export type DescribedMetric = z.infer<typeof DescribedMetric>;

/** Tells every metric of a registry, with the names of its labels, in the order of names. */
export function describeMetrics(registry: Registry): readonly DescribedMetric[] {
  return registry
    .getMetricsAsArray()
    .map((metric) => DescribedMetric.parse(metric))
    .toSorted((left, right) => left.name.localeCompare(right.name, 'en'));
}
