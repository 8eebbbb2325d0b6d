import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const exclude = ['**/node_modules/**', '.local/**', '.git/**', '.nx/**'];
const files = globSync('**/*.*', { cwd: root, exclude });
const pages = globSync(['README.md', 'docs/**/*.md', 'examples/*.md'], { cwd: root });

/** Written by programs as they run. */
const written = new Set(['.local/platform.json', 'manifest.json', 'manifest.signature.json']);

/** File names in code marks, as `edge.ts` or `apps/edge/src/edge.ts`; those with a star name many. */
const namesOn = (page: string) =>
  Array.from(
    page.matchAll(/`((?:[\w@.-]+\/)*[\w@.-]+\.(?:ts|mjs|json|md|ya?ml|sql))`/g),
    ([, name = '']) => name,
  );

/** Targets of links, without those that leave the repository or the page's own headings. */
const linksOn = (page: string) =>
  Array.from(page.matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g), ([, link = '']) => link);

test('there are pages to look at, and names on them', () => {
  expect(pages.flatMap((page) => namesOn(readFileSync(join(root, page), 'utf8'))).length).toBeGreaterThan(20);
});

test.for(pages)('every file that %s names is there', (page) => {
  const missing = namesOn(readFileSync(join(root, page), 'utf8')).filter(
    (name) => !written.has(name) && !files.some((file) => `/${file}`.endsWith(`/${name}`)),
  );
  expect(missing).toEqual([]);
});

test.for(pages)('every link within the repository on %s leads somewhere', (page) => {
  const missing = linksOn(readFileSync(join(root, page), 'utf8')).filter(
    (link) => !existsSync(join(root, dirname(page), link)),
  );
  expect(missing).toEqual([]);
});
