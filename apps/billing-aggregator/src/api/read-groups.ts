import { type UsageDimension } from '@ssp/contracts';
import { type PoolClient } from 'pg';
import { z } from 'zod';
import { cubeFor, type Grain } from '../rollups/cubes.ts';
import { type Period, planParts } from '../rollups/plan-parts.ts';
import { Sketch } from '../sketch.ts';
import { type GroupTimes, SumsRow } from './usage-figures.ts';
import { type OrderedFigure, type UsageFilters, type UsageQuery } from './usage-query.ts';
import {
  groupColumns,
  groupedSql,
  keysSql,
  noParameters,
  type Parameters,
  sketchesSql,
  type UsageSource,
} from './usage-sql.ts';

/** A group: what tells it apart, and its sums. */
export type Group = {
  readonly names: readonly string[];
  readonly sums: SumsRow;
  readonly figure: number | null;
};

/** What may be asked of a client about one period. */
export type UsageQuestion = Period & Pick<UsageQuery, 'groupBy' | 'granularity' | 'filters'>;

/** The groups of a page and, where there are more, one beyond it. */
export async function readPage(
  client: PoolClient,
  question: UsageQuestion,
  { order, after, limit }: Pick<UsageQuery, 'order' | 'after'> & { readonly limit: number },
): Promise<readonly Group[]> {
  const source = await sourceOf(client, question);
  const parameters = noParameters();
  const columns = groupColumns(source).map((column) => `grouped.${column} collate "C"`);
  const figure = order === null ? 'null::float8' : figureSql[order.by];
  const direction = order?.isDescending === true ? 'desc' : 'asc';
  const ordered = [...(order === null ? [] : [`figure ${direction}`]), ...columns];
  const text = `
    select * from (select grouped.*, ${figure} as figure from (${groupedSql(source, parameters)}) as grouped) as grouped
    ${after === null ? '' : `where ${beyond(after, columns, direction, parameters)}`}
    ${ordered.length === 0 ? '' : `order by ${ordered.join(', ')}`}
    limit ${parameters.put(limit + 1)}`;
  const { rows } = await client.query<object>({ text, values: [...parameters.values] });
  return rows.map((row) => groupOf(row, source));
}

/** Those of the given groups that have usage. */
export async function readGroups(
  client: PoolClient,
  question: UsageQuestion,
  groups: readonly (readonly string[])[],
): Promise<readonly Group[]> {
  if (groups.length === 0) return [];
  const source = await withOnly(client, await sourceOf(client, question), groups);
  const parameters = noParameters();
  const text = `select grouped.*, null::float8 as figure from (${groupedSql(source, parameters)}) as grouped`;
  const { rows } = await client.query<object>({ text, values: [...parameters.values] });
  return rows.map((row) => groupOf(row, source));
}

/** The times of the given groups; those that have none are left out. */
export async function readTimes(
  client: PoolClient,
  question: UsageQuestion,
  groups: readonly (readonly string[])[],
): Promise<ReadonlyMap<string, GroupTimes>> {
  const times = new Map<string, GroupTimes>();
  if (groups.length === 0) return times;
  const source = await withOnly(client, await sourceOf(client, question), groups);
  const parameters = noParameters();
  const text = sketchesSql(source, parameters);
  const { rows } = await client.query<object>({ text, values: [...parameters.values] });
  for (const row of rows) {
    const { provider_sketch: provider, own_sketch: own, ...names } = SketchRow.parse(row);
    const key = groupKey(namesOf(names, source));
    let sum = times.get(key);
    if (sum === undefined) times.set(key, (sum = { provider: new Sketch(), own: new Sketch() }));
    sum.provider.merge(provider);
    sum.own.merge(own);
  }
  return times;
}

/** By what groups are looked up. */
export function groupKey(names: readonly string[]): string {
  return names.join('\n');
}

const Bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const SketchRow = z.looseObject({ provider_sketch: Bytes, own_sketch: Bytes });

/** Means of what was not timed come first, or last. */
const figureSql = {
  requests: 'requests',
  billable: 'billable',
  errors: 'errors',
  requestBytes: 'request_bytes',
  responseBytes: 'response_bytes',
  providerMsMean: 'coalesce(provider_us / nullif(provider_timed, 0), -1)',
  providerMsMax: 'case when provider_timed = 0 then -1 else provider_us_max end',
  ownMsMean: 'coalesce(own_us / nullif(provider_timed, 0), -1)',
} as const satisfies Record<OrderedFigure, string>;

function beyond(
  { figure, names }: NonNullable<UsageQuery['after']>,
  columns: readonly string[],
  direction: 'asc' | 'desc',
  { put }: Parameters,
): string {
  const later =
    columns.length === 0
      ? 'false'
      : `(${columns.join(', ')}) > (${columns.map((_, at) => put(names[at])).join(', ')})`;
  if (figure === null) return later;
  const value = `${put(figure)}::float8`;
  return `(figure ${direction === 'desc' ? '<' : '>'} ${value} or (figure = ${value} and ${later}))`;
}

async function sourceOf(
  client: PoolClient,
  { from, to, groupBy, granularity, filters }: UsageQuestion,
): Promise<UsageSource> {
  const longest: Grain = granularity === 'total' ? 'month' : granularity;
  const { cube, parts } = await planParts(
    client,
    { from, to },
    cubeFor([...groupBy, ...filtered(filters)]),
    longest,
  );
  return { cube, parts, groupBy, granularity, filters, only: null };
}

async function withOnly(
  client: PoolClient,
  source: UsageSource,
  groups: readonly (readonly string[])[],
): Promise<UsageSource> {
  if (groupColumns(source).length === 0) return source;
  const parameters = noParameters();
  const text = keysSql(source, groups, parameters);
  const { rows } = await client.query<{ key: string }>({ text, values: [...parameters.values] });
  return { ...source, only: { groups, keys: rows.map(({ key }) => key) } };
}

function filtered(filters: UsageFilters): UsageDimension[] {
  const dimensions = ['supplier', 'provider', 'consumer', 'interaction', 'outcome'] as const;
  return dimensions.filter((dimension) => filters[dimension] !== null);
}

/** Each row once, since there may be ten thousands of them: the rest of it are its names. */
const GroupRow = SumsRow.extend({ figure: z.number().nullable() });

function groupOf(row: object, source: UsageSource): Group {
  const { figure, ...sums } = GroupRow.parse(row);
  return { names: namesOf(sums, source), sums, figure };
}

function namesOf(row: Readonly<Record<string, unknown>>, source: UsageSource): string[] {
  return groupColumns(source).map((column) => String(row[column]));
}
