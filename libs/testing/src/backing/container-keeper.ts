import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BackingContext } from './backing-part.ts';
import { removeContainers, removeOldVolumes } from './container-leftovers.ts';
import { volumeId } from './container-volume.ts';

const script = fileURLToPath(new URL('container-keeper.main.ts', import.meta.url));

/**
 * Makes sure that no container of this directory outlives its start, however that ends: clears away what an earlier
 * one left, and puts a process on the leash that removes the containers when the leash ends it.
 */
export async function keepContainers(engine: URL, context: BackingContext): Promise<void> {
  const { dir, leash } = context;
  await removeContainers(engine, dir);
  if (context.durable) await removeOldVolumes(engine, dir, await volumeId(dir));
  await leash.spawn(process.execPath, [script, engine.href, dir], {
    name: 'containers',
    output: { file: join(dir, 'containers.log') },
  });
}
