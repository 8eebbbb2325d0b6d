import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const run = promisify(execFile);

const Package = z.looseObject({ name: z.string() });
const Report = z.object({
  diagnostics: z.array(z.object({ filename: z.string(), code: z.string(), message: z.string() })),
});

const rooms = [
  'apps/authz',
  'apps/edge',
  'libs/contracts',
  'libs/kafka',
  'libs/postgres',
  'libs/service',
  'libs/spine',
  'libs/testing',
  'tools/platform',
];

const forbidden = [
  { what: 'an app from an app', from: 'apps/edge', specifier: '@ssp/authz' },
  { what: 'an app from an app by its path', from: 'apps/edge', specifier: '../../authz/src/index.ts' },
  { what: 'a lib by its path', from: 'apps/edge', specifier: '../../../libs/spine/src/index.ts' },
  { what: 'the Kafka client from an app', from: 'apps/edge', specifier: 'kafkajs' },
  { what: 'the testing lib from an app', from: 'apps/edge', specifier: '@ssp/testing' },
  { what: 'a tool from an app', from: 'apps/edge', specifier: '@ssp/platform' },
  { what: 'a platform lib from a domain lib', from: 'libs/spine', specifier: '@ssp/service' },
  { what: 'a database client from a domain lib', from: 'libs/contracts', specifier: 'pg' },
  { what: 'an app from a lib', from: 'libs/kafka', specifier: '@ssp/edge' },
  { what: 'the testing lib from a platform lib', from: 'libs/service', specifier: '@ssp/testing' },
  { what: 'an app from a tool', from: 'tools/platform', specifier: '@ssp/edge' },
];

const allowed = [
  { what: 'a domain lib from an app', from: 'apps/edge', specifier: '@ssp/spine' },
  { what: 'a domain lib from a platform lib', from: 'libs/kafka', specifier: '@ssp/contracts' },
  { what: 'the testing lib from a tool', from: 'tools/platform', specifier: '@ssp/testing' },
];

const probes = [...forbidden, ...allowed].map((probe, index) => ({
  ...probe,
  file: `${probe.from}/src/probe-${index}.ts`,
}));

/** Copies the workspace's layout and settings, so that the probes are in nobody's way. */
async function copyLayout(dir: string): Promise<void> {
  const settings = ['nx.json', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.base.json'];
  for (const file of [...settings, '.oxlintrc.json']) await cp(join(root, file), join(dir, file));
  const modules = await readdir(join(root, 'node_modules'));
  await mkdir(join(dir, 'node_modules', '@ssp'), { recursive: true });
  for (const name of modules.filter((entry) => entry !== '@ssp' && !entry.startsWith('.'))) {
    await symlink(join(root, 'node_modules', name), join(dir, 'node_modules', name));
  }
  for (const room of rooms) {
    const manifest = Package.parse(JSON.parse(await readFile(join(root, room, 'package.json'), 'utf8')));
    await mkdir(join(dir, room, 'src'), { recursive: true });
    // Apps export nothing; here they do, so that the rule and not the resolver must refuse.
    const exporting = { ...manifest, exports: { '.': './src/index.ts' } };
    await writeFile(join(dir, room, 'package.json'), JSON.stringify(exporting));
    await writeFile(join(dir, room, 'src/index.ts'), 'export const room = 1;\n');
    await symlink(join(dir, room), join(dir, 'node_modules', manifest.name));
  }
}

const program = (name: string) => join(root, 'node_modules/.bin', name);

async function lint(dir: string): Promise<z.output<typeof Report>['diagnostics']> {
  const options = { cwd: dir, env: { PATH: dirname(process.execPath), HOME: dir, NX_DAEMON: 'false' } };
  // The rule says nothing where no project graph has been computed.
  await run(process.execPath, [program('nx'), 'show', 'projects'], options);
  const linted = run(
    process.execPath,
    [program('oxlint'), '--format', 'json', 'apps', 'libs', 'tools'],
    options,
  );
  const stdout = await linted.then(
    () => '',
    (error: unknown) => z.object({ stdout: z.string() }).parse(error).stdout,
  );
  return stdout === '' ? [] : Report.parse(JSON.parse(stdout)).diagnostics;
}

test('the lint settings refuse every import that crosses a boundary, and no other', async () => {
  await using resources = new AsyncDisposableStack();
  const dir = resources.adopt(await mkdtemp(join(tmpdir(), 'ssp-boundaries-')), (path) => {
    return rm(path, { recursive: true });
  });
  await copyLayout(dir);
  for (const { file, specifier } of probes) {
    await writeFile(
      join(dir, file),
      `import * as probed from '${specifier}';\nexport const kept = probed;\n`,
    );
  }
  const diagnostics = await lint(dir);
  const refused = diagnostics
    .filter(({ code }) => code === '@nx(enforce-module-boundaries)')
    .map(({ filename }) => probes.find(({ file }) => file === filename)?.what);
  expect(new Set(refused)).toEqual(new Set(forbidden.map(({ what }) => what)));
}, 60_000);
