import { z } from 'zod';
import { askEngine } from './container-engine.ts';

/** On every container and volume of ours: the directory of the start that it belongs to. */
export const dirLabel = 'ssp.dir';

/** On every volume of ours: which life of that directory it belongs to. */
export const volumesLabel = 'ssp.volumes';

const stopSeconds = 3;

const Containers = z.array(z.object({ Id: z.string() }));
const Volumes = z.object({
  Volumes: z.array(z.object({ Name: z.string(), Labels: z.record(z.string(), z.string()) })).nullable(),
});

/** Stops and removes every container of `dir`, and what it kept nowhere else. */
export async function removeContainers(engine: URL, dir: string): Promise<void> {
  const { body } = await askEngine(engine, 'GET', `/containers/json?all=true&filters=${labelled(dir)}`);
  const containers = Containers.parse(JSON.parse(body));
  await Promise.all(
    containers.map(async ({ Id: id }) => {
      await askEngine(engine, 'POST', `/containers/${id}/stop?t=${stopSeconds}`);
      await askEngine(engine, 'DELETE', `/containers/${id}?force=true&v=true`);
    }),
  );
}

/** Removes the volumes of a `dir` of the same name that was deleted since; `id` is that of today's. */
export async function removeOldVolumes(engine: URL, dir: string, id: string): Promise<void> {
  const { body } = await askEngine(engine, 'GET', `/volumes?filters=${labelled(dir)}`);
  const volumes = Volumes.parse(JSON.parse(body)).Volumes ?? [];
  const old = volumes.filter((volume) => volume.Labels[volumesLabel] !== id);
  await Promise.all(old.map((volume) => askEngine(engine, 'DELETE', `/volumes/${volume.Name}`)));
}

function labelled(dir: string): string {
  return encodeURIComponent(JSON.stringify({ label: [`${dirLabel}=${dir}`] }));
}
