// Leaves of a copy of the repository only what npm installs packages by, without what development needs: npm leaves out the
// devDependencies of the root package alone, not those of the workspaces.
//   node production-manifests.mjs <folder>
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = '.'] = process.argv.slice(2);
const manifests = new Set(globSync(['package.json', '*/package.json', '*/*/package.json'], { cwd: folder }));
const kept = new Set([...manifests, 'package-lock.json']);

for (const entry of globSync('**', { cwd: folder, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name).slice(join(folder, '/').length);
  if (entry.isFile() && !kept.has(path)) rmSync(join(folder, path));
}
for (const path of manifests) change(path, withoutDevelopment);
change('package-lock.json', (lock) => ({
  ...lock,
  packages: Object.fromEntries(
    Object.entries(lock.packages).map(([path, entry]) => [
      path,
      path.includes('node_modules/') ? entry : withoutDevelopment(entry),
    ]),
  ),
}));

function withoutDevelopment(manifest) {
  return { ...manifest, devDependencies: undefined };
}

function change(path, by) {
  const file = join(folder, path);
  writeFileSync(file, `${JSON.stringify(by(JSON.parse(readFileSync(file, 'utf8'))), null, 2)}\n`);
}
