import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** A page of the documentation: its name from the repository's root, and what it says. */
export type Page = { readonly name: string; readonly text: string };

/** Every page that people read, wherever it lies. */
export function readPages(): readonly Page[] {
  const places = [
    '*.md',
    'docs/**/*.md',
    'examples/*.md',
    'tools/*/README.md',
    'infra/**/*.md',
    'bench/*.md',
  ];
  return globSync(places, { cwd: root })
    .map((name) => name.replaceAll('\\', '/'))
    .toSorted()
    .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));
}

const fence = /^( *)```.*?^\1```/gms;

/** What stands in code marks in the text of a page, outside its blocks. */
export function codeSpans(text: string): readonly string[] {
  const spans = text.replaceAll(fence, '').matchAll(/(`+)(?!`)(.+?)(?<!`)\1(?!`)/gs);
  return Array.from(spans, ([, , code = '']) => code.replaceAll(/\s+/g, ' ').trim());
}

/** The names by which a link leads to a heading of the page, as the sites make them that show such pages. */
export function anchors(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const names = Array.from(
    text.replaceAll(fence, '').matchAll(/^#{1,6} +(.+?) *#*$/gm),
    ([, heading = '']) => {
      const plain = heading.replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[`*]/g, '');
      const name = plain
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-');
      const times = seen.get(name) ?? 0;
      seen.set(name, times + 1);
      return times === 0 ? name : `${name}-${times}`;
    },
  );
  return new Set(names);
}

/** Where the links of a page lead that stay within the repository: the target as written, its file and its heading. */
export function linksWithin(text: string): readonly { readonly file: string; readonly heading: string }[] {
  const plain = text.replaceAll(fence, '').replaceAll(/`[^`\n]*`/g, '');
  const links = plain.matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]*))?(?:\s+"[^"]*")?\)/g);
  return Array.from(links, ([, file = '', heading = '']) => ({ file, heading }));
}
