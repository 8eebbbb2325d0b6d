import { DescribedMetric } from '@ssp/service';
import { z } from 'zod';

/** All that processes may show, by the name of the process. */
export type MetricsByProcess = ReadonlyMap<string, readonly DescribedMetric[]>;

/** The services of a platform and where each shows its metrics; what only stands in for others' systems has none. */
export function adminListeners(
  services: Readonly<Record<string, readonly { readonly admin: string }[]>>,
): readonly (readonly [name: string, admin: string])[] {
  return Object.entries(services).flatMap(([name, [first]]) =>
    first === undefined || first.admin === '' ? [] : [[name, first.admin] as const],
  );
}

/** Asks the processes of a running platform for all that they may show. */
export async function askMetricNames(
  services: Readonly<Record<string, readonly { readonly admin: string }[]>>,
): Promise<MetricsByProcess> {
  const asked = adminListeners(services).map(async ([name, admin]) => {
    const answer = await fetch(`${admin}/metrics/names`);
    return [name, z.array(DescribedMetric).parse(await answer.json())] as const;
  });
  return new Map(await Promise.all(asked));
}
