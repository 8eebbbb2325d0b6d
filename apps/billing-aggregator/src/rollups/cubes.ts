import { type UsageDimension, type UsageRow } from '@ssp/contracts';

/** How long a period is that is summed up as one. */
export const grains = ['hour', 'day', 'month'] as const;
export type Grain = (typeof grains)[number];

/** A combination of names by which usage is summed up. */
export type Cube = {
  readonly name: string;
  readonly dimensions: readonly UsageDimension[];
  readonly grains: readonly Grain[];
};

/** By all names: too many rows to keep them twice for each hour, so its hours are those of `usage_hour`. */
export const cubeOfAll: Cube = {
  name: 'all',
  dimensions: ['supplier', 'provider', 'consumer', 'interaction', 'outcome'],
  grains: ['day', 'month'],
};

/** Those with the fewest rows first. Each tells suppliers apart, but for the first, since a supplier sees its own only. */
export const cubes: readonly Cube[] = [
  { name: 'total', dimensions: [], grains },
  { name: 'supplier', dimensions: ['supplier'], grains },
  { name: 'kind', dimensions: ['supplier', 'interaction', 'outcome'], grains },
  { name: 'provider', dimensions: ['supplier', 'provider'], grains },
  { name: 'consumer', dimensions: ['supplier', 'consumer'], grains },
  cubeOfAll,
];

/** The smallest cube that tells these apart. */
export function cubeFor(dimensions: readonly UsageDimension[]): Cube {
  return cubes.find((cube) => dimensions.every((it) => cube.dimensions.includes(it))) ?? cubeOfAll;
}

/** A column of names, and the field it becomes. */
type NameColumn = { readonly column: string; readonly field: keyof UsageRow };

/** The columns of each dimension. */
export const nameColumns = {
  supplier: [{ column: 'supplier', field: 'supplier' }],
  provider: [
    { column: 'provider_ods', field: 'providerOds' },
    { column: 'provider_asid', field: 'providerAsid' },
  ],
  consumer: [
    { column: 'consumer_ods', field: 'consumerOds' },
    { column: 'consumer_asid', field: 'consumerAsid' },
  ],
  interaction: [{ column: 'interaction', field: 'interaction' }],
  outcome: [{ column: 'outcome', field: 'outcome' }],
} as const satisfies Record<UsageDimension, readonly NameColumn[]>;

/** How requests ended that the provider is to blame for. */
export const errorOutcomes = ['5xx', 'failed'] as const;
