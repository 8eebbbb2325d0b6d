import { cpus, loadavg } from 'node:os';
import { relative } from 'node:path';
import { repositoryRoot } from '../paths.ts';
import { type Report } from '../progress.ts';
import { type Page, writePagePart } from './page-part.ts';

/**
 * Measures one part of a page, writes it there unless quick, and returns it. `measure` is told of the machine and of its load
 * before anything was started, in words for the page.
 */
export async function runPagePart(
  { page, part, quick }: { readonly page: Page; readonly part: string; readonly quick: boolean },
  report: Report,
  measure: (machine: string) => Promise<string>,
): Promise<string> {
  const text = await measure(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)} before the run`);
  if (quick) return text;
  await writePagePart(page, part, text);
  report(`${relative(repositoryRoot, page.file)} has its part "${part}" anew`);
  return text;
}
