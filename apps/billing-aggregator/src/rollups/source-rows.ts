import { type PoolClient } from 'pg';
import { type Cube, cubeOfAll, errorOutcomes, type Grain, nameColumns, namesTableOf } from './cubes.ts';
import { endOf } from './plan-parts.ts';

const fetched = 2_000;

/** The rows of which the sums of a period are made, those of one key together; to be read in a transaction. */
export async function* sourceRows(
  client: PoolClient,
  { cube, grain, start }: { readonly cube: Cube; readonly grain: Grain; readonly start: Date },
): AsyncGenerator<object> {
  const shorter = grain === 'month' ? 'day' : 'hour';
  const { madeFrom } = cube;
  const isCounted = madeFrom === null && (grain === 'hour' || !cube.grains.includes(shorter));
  const rolled = madeFrom === null ? [cube.name, shorter] : [madeFrom.name, grain];
  // It ends with the transaction.
  const name = `source_${cube.name}`;
  await client.query({
    text: `declare ${name} no scroll cursor for ${isCounted ? countedRows(cube) : rolledRows(cube)}`,
    values: [start, endOf(grain, start), ...(isCounted ? [] : rolled)],
  });
  for (;;) {
    const { rows } = await client.query<object>(`fetch ${fetched} from ${name}`);
    yield* rows;
    if (rows.length < fetched) return;
  }
}

/** Sums of longer periods keep the keys of the shorter ones; those made from another cube have names of their own. */
function rolledRows({ dimensions, madeFrom }: Cube): string {
  const columns = madeFrom === null ? [] : columnsOf(dimensions);
  return `
  select ${columns.length === 0 ? 'rolled.key::text as key' : columns.join(', ')},
    rolled.requests, rolled.billable, rolled.errors, rolled.request_bytes, rolled.response_bytes, rolled.provider_timed,
    rolled.provider_us, rolled.provider_us_max, rolled.own_us, rolled.total_us, sketch.provider_sketch, sketch.own_sketch
  from billing.usage_rollup as rolled
  join billing.usage_rollup_sketch as sketch
    on (sketch.cube, sketch.grain, sketch.start, sketch.key) = (rolled.cube, rolled.grain, rolled.start, rolled.key)
  ${madeFrom === null ? '' : `join billing.${namesTableOf(madeFrom)} as k on k.key = rolled.key`}
  where rolled.start >= $1 and rolled.start < $2 and rolled.cube = $3 and rolled.grain = $4
  order by ${columns.length === 0 ? 'rolled.key' : columns.join(', ')}`;
}

function columnsOf(dimensions: Cube['dimensions']): readonly string[] {
  return dimensions.flatMap((dimension) => nameColumns[dimension].map(({ column }) => `k.${column}`));
}

function countedRows(cube: Cube): string {
  const columns = columnsOf(cube.dimensions);
  const isAll = cube === cubeOfAll;
  const selected = isAll ? ['u.key::text as key'] : columns;
  const order = isAll ? ['u.key'] : columns;
  return `
    select ${selected.map((column) => `${column}, `).join('')}
      u.requests, u.billable, u.request_bytes, u.response_bytes, u.provider_timed, u.provider_us, u.provider_us_max,
      u.own_us, u.total_us, u.provider_sketch, u.own_sketch,
      case when k.outcome in (${errorOutcomes.map((it) => `'${it}'`).join(', ')}) then u.requests else 0 end as errors
    from billing.usage_hour as u join billing.usage_key as k on k.key = u.key
    where u.hour >= $1 and u.hour < $2
    ${order.length === 0 ? '' : `order by ${order.join(', ')}`}`;
}
