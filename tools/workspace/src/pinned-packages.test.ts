import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string): unknown => JSON.parse(readFileSync(`${root}${path}`, 'utf8'));

const Versions = z.record(z.string(), z.string()).default({});
const Package = z.object({
  dependencies: Versions,
  devDependencies: Versions,
  optionalDependencies: Versions,
});
const Locked = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      link: z.boolean().default(false),
      integrity: z.string().optional(),
      optional: z.boolean().default(false),
      os: z.array(z.string()).optional(),
      cpu: z.array(z.string()).optional(),
    }),
  ),
});

const isForThis = (wanted: readonly string[] | undefined, own: string) =>
  wanted === undefined || wanted.includes(own);

test('every package of ours names its dependencies at one exact version', () => {
  const files = [
    'package.json',
    ...globSync('{apps,libs,tools}/*/package.json', { cwd: root }),
    'bench/package.json',
  ];
  expect(files.length).toBeGreaterThan(20);
  const loose = files.flatMap((file) => {
    const own = Package.parse(read(file));
    return Object.entries({ ...own.dependencies, ...own.devDependencies, ...own.optionalDependencies })
      .filter(([name, version]) => !(name.startsWith('@ssp/') && version === '*'))
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([name, version]) => `${file}: ${name} ${version}`);
  });
  expect(loose).toEqual([]);
});

test('what is installed is known by its digest, but for binaries of other systems that were never fetched', () => {
  const { packages } = Locked.parse(read('package-lock.json'));
  const fetched = Object.entries(packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && !link,
  );
  expect(fetched.length).toBeGreaterThan(500);
  const unknown = fetched
    .filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true)
    .filter(
      ([path, it]) =>
        !it.optional || (isForThis(it.os, 'linux') && isForThis(it.cpu, 'x64') && !path.endsWith('-musl')),
    );
  expect(unknown.map(([path]) => path)).toEqual([]);
});
