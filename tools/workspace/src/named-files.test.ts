import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { anchors, linksWithin, readPages } from '@ssp/testing/pages';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const exclude = ['**/node_modules/**', '.local/**', '.git/**', '.nx/**'];
const files = globSync('**/*.*', { cwd: root, exclude });
const pages = globSync(['README.md', 'docs/**/*.md', 'examples/*.md'], { cwd: root });

/** Written by programs as they run. */
const written = new Set(['.local/platform.json', 'manifest.json', 'manifest.signature.json', 'backup.json']);

/** File names in code marks, as `edge.ts` or `apps/edge/src/edge.ts`; those with a star name many. */
const namesOn = (page: string) =>
  Array.from(
    page.matchAll(/`((?:[\w@.-]+\/)*[\w@.-]+\.(?:ts|mjs|json|md|ya?ml|sql))`/g),
    ([, name = '']) => name,
  );

test('there are pages to look at, and names on them', () => {
  expect(pages.flatMap((page) => namesOn(readFileSync(join(root, page), 'utf8'))).length).toBeGreaterThan(20);
});

test.for(pages)('every file that %s names is there', (page) => {
  const missing = namesOn(readFileSync(join(root, page), 'utf8')).filter(
    (name) => !written.has(name) && !files.some((file) => `/${file}`.endsWith(`/${name}`)),
  );
  expect(missing).toEqual([]);
});

test.for(readPages())('every link within the repository on $name leads to a file and a heading', (page) => {
  const astray = linksWithin(page.text).filter(({ file, heading }) => {
    const target = file === '' ? page.name : normalize(join(dirname(page.name), file));
    if (!existsSync(join(root, target))) return true;
    return (
      heading !== '' &&
      target.endsWith('.md') &&
      !anchors(readFileSync(join(root, target), 'utf8')).has(heading)
    );
  });
  expect(astray).toEqual([]);
});

test('every page of the documentation is on its page of contents', () => {
  const contents = readFileSync(join(root, 'docs/README.md'), 'utf8');
  const listed = new Set(linksWithin(contents).map(({ file }) => file));
  const docs = globSync(['*.md', 'adr/*.md'], { cwd: join(root, 'docs') });
  expect(docs.filter((page) => page !== 'README.md' && !listed.has(page))).toEqual([]);
});
