import { z } from 'zod';

const Bom = z.object({
  components: z.array(z.object({ group: z.string().optional(), name: z.string(), version: z.string() })),
});
const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      /** Where it is installed under another one. */
      name: z.string().optional(),
      version: z.string().optional(),
      dev: z.boolean().default(false),
      optional: z.boolean().default(false),
      link: z.boolean().default(false),
    }),
  ),
});
const folder = 'node_modules/';

/** What the product needs on every machine and a CycloneDX list of its parts does not name. */
export function unlistedPackages(bom: unknown, lockFile: unknown): readonly string[] {
  const listed = new Set(
    Bom.parse(bom).components.map(({ group, name, version }) =>
      group === undefined || group === '' ? `${name}@${version}` : `${group}/${name}@${version}`,
    ),
  );
  return Object.entries(Lock.parse(lockFile).packages)
    .filter(([path, { dev, optional, link }]) => path.includes(folder) && !dev && !optional && !link)
    .map(([path, { name, version }]) => {
      const installed = path.slice(path.lastIndexOf(folder) + folder.length);
      return `${name ?? installed}@${version ?? ''}`;
    })
    .filter((one) => !listed.has(one));
}
