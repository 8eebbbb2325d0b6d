import { type Page } from './page.ts';
import { type PageSources } from './page-sources.ts';
import { usageFilePage, usagePage } from './pages/usage-page.ts';

/** Every page of the console, in the order in which each part shows its own. */
export function pagesOf(sources: PageSources): readonly Page[] {
  return [usagePage(sources), usageFilePage(sources)];
}
