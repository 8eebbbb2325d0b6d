import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeSpans, readPages, shellBlocks } from '@ssp/testing/pages';
import { expect, test } from 'vitest';
import { z } from 'zod';

// Whether what pages say to type is there to be typed. `tools/platform` runs what can be run; `tools/ssp` reads its own commands.
const root = fileURLToPath(new URL('../../..', import.meta.url));
const pages = readPages().map((page) => {
  const blocks = shellBlocks(page.name, page.text);
  return { ...page, blocks, commands: [...blocks.map(({ text }) => text), ...codeSpans(page.text)] };
});

const Manifest = z.object({ scripts: z.record(z.string(), z.string()) });
const scripts = new Set(
  Object.keys(Manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).scripts),
);

test('there are commands to look at', () => {
  expect(pages.flatMap(({ blocks }) => blocks).length).toBeGreaterThan(30);
});

test.for(pages)('every block of commands on $name says how it is held to be true', ({ blocks }) => {
  const unclassed = blocks.filter(({ how }) => how === null).map(({ line }) => `line ${line}`);
  expect(unclassed).toEqual([]);
});

test.for(pages)('every npm script that $name names is there', ({ commands }) => {
  const named = commands.flatMap((text) =>
    Array.from(text.matchAll(/\bnpm run (?:-s |--silent )?([\w:]+)(?! -w)/g), ([, name = '']) => name),
  );
  expect(named.filter((name) => !scripts.has(name))).toEqual([]);
});

test.for(pages)('every file that a command on $name names is there', ({ blocks }) => {
  const named = blocks.flatMap(({ text }) =>
    Array.from(
      text.matchAll(/(?<=^|[\s=@"'])(?:apps|bench|docs|examples|infra|libs|tools)\/[\w@./-]+/gm),
      ([file]) => file,
    ),
  );
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

/** Every name in capitals that code or settings of ours say: variables, and refusals. */
const known = new Set(
  globSync(
    ['{apps,libs,tools,bench,examples,infra}/**/*.*', 'infra/docker/*', 'docker-compose.yml', '.ci/run'],
    {
      cwd: root,
      exclude: ['**/node_modules/**', '**/*.md', '**/bin/**', '**/obj/**'],
    },
  )
    .filter((file) => /\.(?:ts|mjs|sh|py|java|cs|ya?ml|sql|json|conf|in|tpl)$|Dockerfile|run$/.test(file))
    .flatMap(
      (file) => readFileSync(join(root, file), 'utf8').match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+/g) ?? [],
    ),
);

/** Variables that other programs read, and what stands for a value. */
const others = new Set(['ADMINISTRATOR_URL', 'TESTCONTAINERS_RYUK_DISABLED', 'TRACE_ID', 'UV_USE_IO_URING']);

function isKnown(name: string): boolean {
  const whole = name.replace(/_$/, '');
  return (
    known.has(whole) || others.has(whole) || (whole !== name && [...known].some((it) => it.startsWith(name)))
  );
}

test.for(pages)(
  'every name in capitals on $name, such as a variable, is one that something of ours says',
  ({ commands }) => {
    // Refusals as they are answered end in an ASID; a name that goes on with a star stands for several.
    const named = commands
      .flatMap((text) => text.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+_?/g) ?? [])
      .map((name) => name.replace(/_\d{12}.*/, ''));
    expect(named.filter((name) => !isKnown(name))).toEqual([]);
  },
);
