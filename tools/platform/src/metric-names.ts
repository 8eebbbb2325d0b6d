import { z } from 'zod';

const Metrics = z.array(
  z.object({ name: z.string(), type: z.string(), help: z.string(), labelNames: z.array(z.string()) }),
);

/** A metric as a process tells it. */
export type Metric = z.output<typeof Metrics>[number];

/** All that processes may show, by the name of the process. */
export type MetricsByProcess = ReadonlyMap<string, readonly Metric[]>;

/** Asks the processes of a running platform for all that they may show. */
export async function askMetricNames(
  services: Readonly<Record<string, readonly { readonly admin: string }[]>>,
): Promise<MetricsByProcess> {
  const asked = Object.entries(services).map(async ([name, [first]]) => {
    const answer = await fetch(`${first?.admin}/metrics/names`);
    return [name, Metrics.parse(await answer.json())] as const;
  });
  return new Map(await Promise.all(asked));
}
