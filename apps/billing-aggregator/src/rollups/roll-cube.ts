import { type PoolClient } from 'pg';
import { type Cube, type Grain } from './cubes.ts';
import { foldSums } from './fold-sums.ts';
import { sourceRows } from './source-rows.ts';
import { storeSums } from './store-sums.ts';

/** Makes the sums of a cube for a period that holds none yet; to be called by whoever has the right to sum up. */
export async function rollCube(
  client: PoolClient,
  place: { readonly cube: Cube; readonly grain: Grain; readonly start: Date },
): Promise<void> {
  await storeSums(client, place, foldSums(place.cube.name, sourceRows(client, place)));
}
