import { readFile, writeFile } from 'node:fs/promises';

/** A page of which several scripts each write one part, between two marks that readers do not see. */
export type Page = { readonly file: string; readonly title: string };

/** Writes one part anew and leaves the others as they are; a page that is not there yet begins with its title. */
export async function writePagePart(page: Page, part: string, text: string): Promise<void> {
  const former = await readFile(page.file, 'utf8').catch(() => `# ${page.title}\n`);
  await writeFile(page.file, withPart(former, part, text));
}

/** The page with this part in place of its former text, or at the end where there was none. */
export function withPart(former: string, part: string, text: string): string {
  const [begin, end] = [`<!-- ${part}: begin -->`, `<!-- ${part}: end -->`];
  const block = `${begin}\n\n${text.trim()}\n\n${end}`;
  const [from, to] = [former.indexOf(begin), former.indexOf(end)];
  if (from < 0 || to < from) return `${former.trimEnd()}\n\n${block}\n`;
  return former.slice(0, from) + block + former.slice(to + end.length);
}
