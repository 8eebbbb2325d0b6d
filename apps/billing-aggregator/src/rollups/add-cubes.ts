import { inTransaction } from '@ssp/postgres';
import { type Pool } from 'pg';
import { claimRolling } from './claim-rolling.ts';
import { cubesOf, type Grain, grains } from './cubes.ts';
import { rollCube } from './roll-cube.ts';
import { type Rolled } from './rolled.ts';

const atOnceMax = 200;

/** Makes the sums of cubes that some periods lack, since they were summed up before these cubes were there: the newest first, some of them. */
export async function* addCubes(pool: Pool, signal?: AbortSignal): AsyncGenerator<Rolled> {
  for (const { grain, start } of await lackingCubes(pool)) {
    if (signal?.aborted === true || !(await addCubesTo(pool, grain, start))) return;
    yield { grain, periods: 1 };
  }
}

/** Periods that were summed up before some cube was there. */
async function lackingCubes(pool: Pool): Promise<readonly { readonly grain: Grain; readonly start: Date }[]> {
  const { rows } = await pool.query<{ grain: Grain; start: Date }>({
    name: 'lacking-cubes',
    text: `
      select rolled.grain, rolled.start from billing.rolled_period as rolled
      join unnest($1::text[], $2::text[]) as wanted (grain, cube) on wanted.grain = rolled.grain
      where wanted.cube <> all(rolled.cubes)
      group by rolled.grain, rolled.start order by rolled.start desc limit $3`,
    values: [wanted.map(({ grain }) => grain), wanted.map(({ name }) => name), atOnceMax],
  });
  return rows;
}

const wanted = grains.flatMap((grain) => cubesOf(grain).map(({ name }) => ({ grain, name })));

/**
 * Makes the sums that a period lacks from those that it has; one that is not whole any more is left alone.
 * @returns false where another process sums up
 */
function addCubesTo(pool: Pool, grain: Grain, start: Date): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    if (!(await claimRolling(client))) return false;
    const { rows } = await client.query<{ cubes: readonly string[] }>({
      name: 'rolled-cubes',
      text: `select cubes from billing.rolled_period where grain = $1 and start = $2`,
      values: [grain, start],
    });
    const [rolled] = rows;
    if (rolled === undefined) return true;
    for (const cube of cubesOf(grain))
      if (!rolled.cubes.includes(cube.name)) await rollCube(client, { cube, grain, start });
    await client.query({
      name: 'cubes-added',
      text: `update billing.rolled_period set cubes = $3 where grain = $1 and start = $2`,
      values: [grain, start, cubesOf(grain).map(({ name }) => name)],
    });
    return true;
  });
}
