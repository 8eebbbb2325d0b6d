import { z } from 'zod';

/** How many things a change has added, changed and removed. */
export const ChangeCounts = z.object({
  added: z.int().nonnegative(),
  changed: z.int().nonnegative(),
  removed: z.int().nonnegative(),
});
export type ChangeCounts = z.infer<typeof ChangeCounts>;

/** The event that tells of a version; its id follows from the version, so that a repeat is recognised. */
export function changeEvent<Type extends string, Data extends { readonly version: string }>(
  type: Type,
  { source, at }: { readonly source: string; readonly at: Date },
  data: Data,
) {
  return {
    specversion: '1.0',
    id: `${type}.${data.version}`,
    source,
    type,
    time: at.toISOString(),
    datacontenttype: 'application/json',
    data,
  } as const;
}
