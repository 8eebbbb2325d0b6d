import { type UsageDimension, type UsageGranularity } from '@ssp/contracts';
import { type Cube, cubeOfAll, errorOutcomes, nameColumns } from '../rollups/cubes.ts';
import { type PeriodPart } from '../rollups/plan-parts.ts';
import { type UsageFilters } from './usage-query.ts';

/** Gathers parameters; gives the text that stands for each. */
export type Parameters = { readonly values: unknown[]; readonly put: (value: unknown) => string };

export function noParameters(): Parameters {
  const values: unknown[] = [];
  return { values, put: (value) => `$${values.push(value)}` };
}

/** What is read, from where. */
export type UsageSource = {
  readonly cube: Cube;
  readonly parts: readonly PeriodPart[];
  readonly groupBy: readonly UsageDimension[];
  readonly granularity: UsageGranularity;
  readonly filters: UsageFilters;
  /** Groups by their columns, where not all are wanted; and their keys in the names of the cube. */
  readonly only: { readonly groups: readonly (readonly string[])[]; readonly keys: readonly string[] } | null;
};

/** Names of the columns that tell groups apart, in their order. */
export function groupColumns({
  groupBy,
  granularity,
}: Pick<UsageSource, 'groupBy' | 'granularity'>): string[] {
  const names = groupBy.flatMap((dimension) => nameColumns[dimension].map(({ column }) => column));
  return granularity === 'total' ? names : ['start', ...names];
}

const figureColumns = [
  'requests',
  'billable',
  'errors',
  'request_bytes',
  'response_bytes',
  'provider_timed',
  'provider_us',
  'provider_us_max',
  'own_us',
] as const;

const sketchColumns = ['provider_sketch', 'own_sketch'] as const;

/**
 * A query of the rows of usage, by the names that are asked for: their figures, or their sketches. Only names of closed tables are put into the
 * text; whatever the caller sent is a parameter.
 */
export function usageRowsSql(
  { cube, parts, groupBy, granularity, filters, only }: UsageSource,
  wanted: 'figures' | 'sketches',
  { put }: Parameters,
): string {
  const sources = [...new Set(parts.map(({ source }) => source))];
  const selects = sources.map((source) => {
    const isCounted = source === 'counted';
    const time = isCounted ? 'hour' : 'start';
    const table = isCounted ? 'usage_hour' : wanted === 'figures' ? 'usage_rollup' : 'usage_rollup_sketch';
    const names = isCounted || cube === cubeOfAll ? 'usage_key' : 'rollup_key';
    const columns = wanted === 'figures' ? figureColumns : sketchColumns;
    const isJoined =
      groupBy.length > 0 ||
      Object.values(filters).some((it) => it !== null) ||
      (isCounted && wanted === 'figures');
    const selected = [
      ...(granularity === 'total' ? [] : [`${bucket(`u.${time}`, granularity)} as start`]),
      ...groupBy.flatMap((dimension) => nameColumns[dimension].map(({ column }) => `k.${column}`)),
      ...columns.map((column) => (isCounted && column === 'errors' ? errorsOfCounted : `u.${column}`)),
    ];
    const periods = parts
      .filter((part) => part.source === source)
      .map(({ from, to }) => `u.${time} >= ${put(from)} and u.${time} < ${put(to)}`);
    const where = [
      `(${periods.join(' or ')})`,
      ...(isCounted ? [] : [`u.cube = ${put(cube.name)}`, `u.grain = ${put(source)}`]),
      ...(isCounted || only === null ? [] : [`u.key = any(${put(only.keys)}::bigint[])`]),
      ...conditions(filters, put),
    ];
    return `
      select ${selected.join(', ')} from billing.${table} as u
      ${isJoined ? `join billing.${names} as k on k.key = u.key` : ''}
      where ${where.join(' and ')}`;
  });
  return selects.join(' union all ');
}

const errorsOfCounted = `case when k.outcome in (${errorOutcomes.map((it) => `'${it}'`).join(', ')}) then u.requests else 0 end as errors`;

/** The same text for every process, whatever its time zone, that sorts as the instants do. */
function bucket(time: string, granularity: UsageGranularity): string {
  const start =
    granularity === 'total' || granularity === 'hour' ? time : `date_trunc('${granularity}', ${time}, 'UTC')`;
  return `to_char(${start} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"')`;
}

/** A party is meant by its ODS code or its ASID. */
export function conditions(filters: UsageFilters, put: Parameters['put']): string[] {
  const { supplier, provider, consumer, interaction, outcome } = filters;
  const either = (party: string, name: string) => {
    const value = put(name);
    return `(k.${party}_ods = ${value} or k.${party}_asid = ${value})`;
  };
  return [
    ...(supplier === null ? [] : [`k.supplier = ${put(supplier)}`]),
    ...(provider === null ? [] : [either('provider', provider)]),
    ...(consumer === null ? [] : [either('consumer', consumer)]),
    ...(interaction === null ? [] : [`k.interaction = ${put(interaction)}`]),
    ...(outcome === null ? [] : [`k.outcome = ${put(outcome)}`]),
  ];
}

/** A query of the figures of each group. */
export function groupedSql(source: UsageSource, parameters: Parameters): string {
  const columns = groupColumns(source);
  return `
    select ${columns.map((column) => `usage.${column}, `).join('')}${sums}
    from (${usageRowsSql(source, 'figures', parameters)}) as usage
    ${onlyGroups(source, parameters)}
    ${columns.length === 0 ? '' : `group by ${columns.map((column) => `usage.${column}`).join(', ')}`}
    having count(*) > 0`;
}

/** A query of the sketches of each group, those of one group not yet merged. */
export function sketchesSql(source: UsageSource, parameters: Parameters): string {
  const columns = groupColumns(source);
  return `
    select ${[...columns, ...sketchColumns].map((column) => `usage.${column}`).join(', ')}
    from (${usageRowsSql(source, 'sketches', parameters)}) as usage
    ${onlyGroups(source, parameters)}`;
}

function onlyGroups(source: UsageSource, { put }: Parameters): string {
  const columns = groupColumns(source);
  if (source.only === null || columns.length === 0) return '';
  const { groups } = source.only;
  const lists = columns.map((_, at) => `${put(groups.map((group) => group[at]))}::text[]`);
  return `join unnest(${lists.join(', ')}) as wanted (${columns.join(', ')}) using (${columns.join(', ')})`;
}

/** A query of the keys of groups in the names of the cube. */
export function keysSql(
  { cube, groupBy, granularity, filters }: Omit<UsageSource, 'only' | 'parts'>,
  groups: readonly (readonly string[])[],
  { put }: Parameters,
): string {
  const columns = groupColumns({ groupBy, granularity });
  const wanted = columns.flatMap((column, at) => (column === 'start' ? [] : [{ column, at }]));
  const lists = wanted.map(({ at }) => `${put(groups.map((group) => group[at]))}::text[]`);
  const where = [...(cube === cubeOfAll ? [] : [`k.cube = ${put(cube.name)}`]), ...conditions(filters, put)];
  const names = wanted.map(({ column }) => column).join(', ');
  return `
    select k.key::text as key from billing.${cube === cubeOfAll ? 'usage_key' : 'rollup_key'} as k
    ${wanted.length === 0 ? '' : `join (select distinct * from unnest(${lists.join(', ')}) as given (${names})) as given using (${names})`}
    where ${where.length === 0 ? 'true' : where.join(' and ')}`;
}

/** What a group's figures are. */
const sums = `
  sum(requests)::float8 as requests,
  sum(billable)::float8 as billable,
  sum(errors)::float8 as errors,
  sum(request_bytes)::float8 as request_bytes,
  sum(response_bytes)::float8 as response_bytes,
  sum(provider_timed)::float8 as provider_timed,
  sum(provider_us)::float8 as provider_us,
  max(provider_us_max)::float8 as provider_us_max,
  sum(own_us)::float8 as own_us`;
