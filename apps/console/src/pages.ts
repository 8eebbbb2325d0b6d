import { type Api } from './api.ts';
import { type Page } from './page.ts';
import { type PageSources } from './page-sources.ts';
import { auditExportPage } from './pages/audit-export-page.ts';
import { auditSearchPage } from './pages/audit-search-page.ts';
import { auditStoryPage } from './pages/audit-story-page.ts';
import { fullUrlsPage } from './pages/full-urls-page.ts';
import { correctionPages } from './pages/correction-pages.ts';
import { downloadsPage } from './pages/downloads-page.ts';
import { exchangesPage } from './pages/exchanges-page.ts';
import { limitsPage } from './pages/limits-page.ts';
import { livePage } from './pages/live-page.ts';
import { monthPages } from './pages/month-pages.ts';
import { overviewPage } from './pages/overview-page.ts';
import { performancePage } from './pages/performance-page.ts';
import { statementPages } from './pages/statement-pages.ts';
import { tariffPages } from './pages/tariff-pages.ts';
import { usageFilePage, usagePage } from './pages/usage-page.ts';

/** Every page of the console, in the order in which each part shows its own. */
export function pagesOf(sources: PageSources): readonly Page[] {
  const { billing, audit, throttle, lookAtServices } = sources;
  return [
    overviewPage(sources),
    usagePage(sources),
    usageFilePage(sources),
    exchangesPage(sources),
    performancePage(sources),
    ...statementPages(sources),
    ...correctionPages(billing),
    ...monthPages(sources),
    ...tariffPages(billing),
    downloadsPage(billing),
    ...(lookAtServices === null ? [] : [livePage(lookAtServices)]),
    ...(throttle === null ? [] : [limitsPage(throttle, billing)]),
    ...(audit === null ? [] : auditPages(audit, sources)),
  ];
}

const auditPages = (audit: Api, { authz, billing }: PageSources): readonly Page[] => [
  auditSearchPage(audit),
  auditExportPage(audit),
  auditStoryPage({ audit, authz, billing }),
  fullUrlsPage(audit),
];
