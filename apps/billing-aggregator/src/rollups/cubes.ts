import { type UsageDimension, type UsageRow } from '@ssp/contracts';

/** How long a period is that is summed up as one. */
export const grains = ['hour', 'day', 'month'] as const;
export type Grain = (typeof grains)[number];

/** A combination of names by which usage is summed up. */
export type Cube = {
  readonly name: string;
  readonly dimensions: readonly UsageDimension[];
  readonly grains: readonly Grain[];
  /** The cube whose sums of the same period these are made of; null where they are made of shorter ones, or of what was counted. */
  readonly madeFrom: Cube | null;
};

/** By all names: too many rows to keep them twice for each hour, so its hours are those of `usage_hour`. */
export const cubeOfAll: Cube = {
  name: 'all',
  dimensions: ['supplier', 'provider', 'consumer', 'interaction', 'outcome'],
  grains: ['day', 'month'],
  madeFrom: null,
};

const ofConsumer: Cube = {
  name: 'consumer',
  dimensions: ['supplier', 'consumer'],
  grains,
  madeFrom: null,
};

/**
 * Those with the fewest rows first. They tell suppliers apart, since a supplier sees its own only; but for those that make short what
 * is asked of all suppliers.
 */
export const cubes: readonly Cube[] = [
  { name: 'total', dimensions: [], grains, madeFrom: null },
  { name: 'supplier', dimensions: ['supplier'], grains, madeFrom: null },
  { name: 'kind', dimensions: ['supplier', 'interaction', 'outcome'], grains, madeFrom: null },
  { name: 'provider', dimensions: ['supplier', 'provider'], grains, madeFrom: null },
  { name: 'consumers', dimensions: ['consumer'], grains, madeFrom: ofConsumer },
  ofConsumer,
  {
    name: 'service',
    dimensions: ['supplier', 'provider', 'interaction'],
    grains: ['day', 'month'],
    madeFrom: cubeOfAll,
  },
  cubeOfAll,
];

/** The cubes that have sums of such periods, in an order in which each comes after what it is made of. */
export function cubesOf(grain: Grain): readonly Cube[] {
  const having = cubes.filter((cube) => cube.grains.includes(grain));
  return [
    ...having.filter(({ madeFrom }) => madeFrom === null),
    ...having.filter(({ madeFrom }) => madeFrom !== null),
  ];
}

/** The smallest cube that tells these apart. */
export function cubeFor(dimensions: readonly UsageDimension[]): Cube {
  return cubes.find((cube) => dimensions.every((it) => cube.dimensions.includes(it))) ?? cubeOfAll;
}

/** Where the names of a cube's keys are. */
export function namesTableOf(cube: Cube): 'usage_key' | 'rollup_key' {
  return cube === cubeOfAll ? 'usage_key' : 'rollup_key';
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
