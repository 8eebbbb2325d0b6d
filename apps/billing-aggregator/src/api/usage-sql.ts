import { type UsageDimension, type UsageGranularity } from '@ssp/contracts';
import { type Cube, cubeOfAll, errorOutcomes, nameColumns, namesTableOf } from '../rollups/cubes.ts';
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
type FigureColumn = (typeof figureColumns)[number];

const sketchColumns = ['provider_sketch', 'own_sketch'] as const;

/** A query of the figures of each group. Only names of closed tables are put into the text; whatever the caller sent is a parameter. */
export function groupedSql(source: UsageSource, parameters: Parameters): string {
  const columns = groupColumns(source);
  return `
    select ${[...columns.map(told), ...figureColumns.map((column) => sumOf(column, `usage.${column}`))].join(', ')}
    from (${rowsSql(source, figuresSql, parameters)}) as usage
    ${onlyGroups(source, parameters)}
    ${columns.length === 0 ? '' : `group by ${columns.map((column) => `usage.${column}`).join(', ')}`}
    having count(*) > 0`;
}

/** A query of the sketches of each group, those of one group not yet merged. */
export function sketchesSql(source: UsageSource, parameters: Parameters): string {
  const columns = groupColumns(source);
  return `
    select ${[...columns.map(told), ...sketchColumns.map((column) => `usage.${column}`)].join(', ')}
    from (${rowsSql(source, sketchRowsSql, parameters)}) as usage
    ${onlyGroups(source, parameters)}`;
}

/** Of a question, what is read from one table. */
type SourcePart = UsageSource & { readonly from: PeriodPart['source'] };

function rowsSql(
  source: UsageSource,
  sqlOf: (part: SourcePart, parameters: Parameters) => string,
  parameters: Parameters,
): string {
  const sources = [...new Set(source.parts.map((part) => part.source))];
  return sources.map((from) => sqlOf({ ...source, from }, parameters)).join(' union all ');
}

/** Instants are the same text for every process, whatever its time zone, that sorts as they do. */
function told(column: string): string {
  return column === 'start'
    ? `to_char(usage.start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"') as start`
    : `usage.${column}`;
}

function onlyGroups(source: UsageSource, { put }: Parameters): string {
  const columns = groupColumns(source);
  if (source.only === null || columns.length === 0) return '';
  const { groups } = source.only;
  const lists = columns.map(
    (column, at) =>
      `${put(groups.map((group) => group[at]))}::${column === 'start' ? 'timestamptz' : 'text'}[]`,
  );
  return `join unnest(${lists.join(', ')}) as wanted (${columns.join(', ')}) using (${columns.join(', ')})`;
}

/** Figures are added up by what is short, a key or a kind, before names come to them. */
function figuresSql(part: SourcePart, parameters: Parameters): string {
  if (part.from !== 'counted') return rolledSql(part, parameters);
  if (isOfKinds(part)) return countedSql(part, parameters, 'kind');
  const hours = part.parts
    .filter(({ source }) => source === 'counted')
    .reduce((sum, { from, to }) => sum + (to.getTime() - from.getTime()) / hourMs, 0);
  return hours > 1 ? countedSql(part, parameters, 'key') : countedHourSql(part, parameters);
}

const hourMs = 3_600_000;

function rolledSql(part: SourcePart, { put }: Parameters): string {
  const { groupBy, cube } = part;
  const start = startOf(part);
  const by = [...(groupBy.length === 0 ? [] : ['u.key']), ...(start === null ? [] : [start])];
  const names = namesTableOf(cube);
  const join =
    groupBy.length === 0
      ? ''
      : `join billing.${names} as k on k.key = s.key${names === 'usage_key' ? '' : ` and k.cube = ${put(cube.name)}`}`;
  return `
    select ${[...(start === null ? [] : ['s.start']), ...nameColumnsOf(part), ...figureColumns.map((column) => `s.${column}`)].join(', ')}
    from (
      select ${[
        ...(groupBy.length === 0 ? [] : ['u.key']),
        ...(start === null ? [] : [`${start} as start`]),
        ...figureColumns.map((column) => sumOf(column, `u.${column}`)),
      ].join(', ')}
      from billing.usage_rollup as u
      where ${[...rowsOf(part, put), ...keysOf(part, put)].join(' and ')}
      ${by.length === 0 ? 'having count(*) > 0' : `group by ${by.join(', ')}`}
    ) as s ${join}`;
}

/** Whether the kinds of what was counted tell apart all that is asked for. */
function isOfKinds({ groupBy, filters }: SourcePart): boolean {
  return filters.provider === null && filters.consumer === null && !groupBy.some(isParty);
}

function isParty(dimension: UsageDimension): boolean {
  return dimension === 'provider' || dimension === 'consumer';
}

/** Any key of a kind knows its names. What was counted before kinds were kept is added up by key. */
function countedSql(part: SourcePart, { put }: Parameters, by: 'kind' | 'key'): string {
  const start = startOf(part);
  const key = by === 'kind' ? 'coalesce(u.kind, u.key)' : 'u.key';
  const kept = by === 'kind' ? conditions(part.filters, put) : [];
  return `
    select ${[...(start === null ? [] : ['s.start']), ...nameColumnsOf(part), ...figureColumns.map((column) => (column === 'errors' ? errorsOf('s') : `s.${column}`))].join(', ')}
    from (
      select ${[
        by === 'kind' ? 'min(u.key) as key' : 'u.key',
        ...(start === null ? [] : [`${start} as start`]),
        ...figureColumns
          .filter((column) => column !== 'errors')
          .map((column) => sumOf(column, `u.${column}`)),
      ].join(', ')}
      from billing.usage_hour as u
      where ${[...rowsOf(part, put), ...(by === 'kind' ? [] : keysOf(part, put))].join(' and ')}
      group by ${[key, ...(start === null ? [] : [start])].join(', ')}
    ) as s ${by === 'kind' ? 'cross join lateral (select * from billing.usage_key where key = s.key offset 0) as k' : 'join billing.usage_key as k on k.key = s.key'}
    ${kept.length > 0 ? `where ${kept.join(' and ')}` : ''}`;
}

/** In one hour each key is there once. */
function countedHourSql(part: SourcePart, { put }: Parameters): string {
  const start = startOf(part);
  return `
    select ${[
      ...(start === null ? [] : [`${start} as start`]),
      ...nameColumnsOf(part),
      ...figureColumns.map((column) => (column === 'errors' ? errorsOf('u') : `u.${column}`)),
    ].join(', ')}
    from billing.usage_hour as u join billing.usage_key as k on k.key = u.key
    where ${[...rowsOf(part, put), ...conditions(part.filters, put)].join(' and ')}`;
}

function sketchRowsSql(part: SourcePart, { put }: Parameters): string {
  const start = startOf(part);
  const names = namesTableOf(part.from === 'counted' ? cubeOfAll : part.cube);
  return `
    select ${[
      ...(start === null ? [] : [`${start} as start`]),
      ...nameColumnsOf(part),
      ...sketchColumns.map((column) => `u.${column}`),
    ].join(', ')}
    from billing.${part.from === 'counted' ? 'usage_hour' : 'usage_rollup_sketch'} as u
    ${part.groupBy.length === 0 ? '' : `join billing.${names} as k on k.key = u.key`}
    where ${[...rowsOf(part, put), ...keysOf(part, put)].join(' and ')}`;
}

function nameColumnsOf({ groupBy }: UsageSource): string[] {
  return groupBy.flatMap((dimension) => nameColumns[dimension].map(({ column }) => `k.${column}`));
}

/** The rows in the periods of the part. */
function rowsOf({ cube, parts, from, only }: SourcePart, put: Parameters['put']): string[] {
  const time = from === 'counted' ? 'hour' : 'start';
  const periods = parts
    .filter((part) => part.source === from)
    .map((part) => `u.${time} >= ${put(part.from)} and u.${time} < ${put(part.to)}`);
  const within = `(${periods.join(' or ')})`;
  if (from === 'counted') return [within];
  return [
    within,
    `u.cube = ${put(cube.name)}`,
    `u.grain = ${put(from)}`,
    ...(only === null ? [] : [`u.key = any(${put(only.keys)}::bigint[])`]),
  ];
}

/** The keys that the filters let through. */
function keysOf({ from, cube, filters }: SourcePart, put: Parameters['put']): string[] {
  const wanted = conditions(filters, put);
  if (wanted.length === 0) return [];
  const table = namesTableOf(from === 'counted' ? cubeOfAll : cube);
  const ofCube = table === 'rollup_key' ? [`k.cube = ${put(cube.name)}`] : [];
  return [`u.key in (select k.key from billing.${table} as k where ${[...ofCube, ...wanted].join(' and ')})`];
}

function errorsOf(rows: 's' | 'u'): string {
  const outcomes = errorOutcomes.map((it) => `'${it}'`).join(', ');
  return `case when k.outcome in (${outcomes}) then ${rows}.requests else 0 end as errors`;
}

/** Exact up to 2^53. */
function sumOf(column: FigureColumn, from: string): string {
  return `${column === 'provider_us_max' ? 'max' : 'sum'}(${from}::float8) as ${column}`;
}

/** The begin of the hour, day or month of a row; null where time does not tell groups apart. */
function startOf({ from, granularity }: SourcePart): string | null {
  if (granularity === 'total') return null;
  const [time, grain] = from === 'counted' ? (['u.hour', 'hour'] as const) : (['u.start', from] as const);
  return granularity === grain ? time : `date_trunc('${granularity}', ${time}, 'UTC')`;
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
