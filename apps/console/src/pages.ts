import { type Page } from './page.ts';
import { type PageSources } from './page-sources.ts';
import { livePage } from './pages/live-page.ts';
import { usageFilePage, usagePage } from './pages/usage-page.ts';

/** Every page of the console, in the order in which each part shows its own. */
export function pagesOf(sources: PageSources): readonly Page[] {
  const { lookAtServices } = sources;
  return [
    usagePage(sources),
    usageFilePage(sources),
    ...(lookAtServices === null ? [] : [livePage(lookAtServices)]),
  ];
}
