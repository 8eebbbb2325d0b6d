import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { unlistedPackages } from './unlisted-packages.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const file = join('dist', 'sbom.cdx.json');

// All of it, tools marked as such: told to leave them out, npm also leaves out what the product shares with a tool.
const { stdout } = await promisify(execFile)('npm', ['sbom', '--sbom-format', 'cyclonedx'], {
  cwd: root,
  maxBuffer: 64e6,
});
const bom: unknown = JSON.parse(stdout);
const unlisted = unlistedPackages(bom, JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')));
await mkdir(join(root, 'dist'), { recursive: true });
await writeFile(join(root, file), stdout);
const { components } = z.object({ components: z.array(z.unknown()) }).parse(bom);
process.stdout.write(`${file}: ${components.length} parts\n`);
if (unlisted.length > 0) {
  process.stdout.write(`not in it, though needed: ${unlisted.join(', ')}\n`);
  process.exitCode = 1;
}
