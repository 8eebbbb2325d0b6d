import { AuditedExchanges, auditedExchangesPath } from '@ssp/contracts';
import { type Api, ApiError } from '../api.ts';
import { faultsOf, readSearchChoice } from '../audit/search-choice.ts';
import { searchContent } from '../audit/search-content.ts';
import { type Page } from '../page.ts';

const pageSize = 50;

/** Looks for exchanges in the audit, the newest first; nothing is asked of it before the reader does. */
export function auditSearchPage(audit: Api): Page {
  return {
    path: '/audit',
    roles: ['auditor', 'operator'],
    place: { group: 'Audit', text: 'Search' },
    get: async ({ person, query }) => {
      const choice = readSearchChoice(query);
      const cursor = query.get('cursor');
      const view = { kind: 'view', template: 'audit/search.njk', title: 'Search the audit' } as const;
      const isFirst = cursor === null;
      if (!choice.isAsked) return { ...view, content: searchContent(choice, null, isFirst) };
      const ask = { path: auditedExchangesPath, query: { ...choice.filters, limit: pageSize, cursor } };
      try {
        const page = await audit.read(AuditedExchanges, ask, person);
        return { ...view, content: searchContent(choice, page, isFirst) };
      } catch (error) {
        const faults =
          error instanceof ApiError && error.status === 400 ? faultsOf(error.detail ?? '') : null;
        if (faults === null) throw error;
        return { ...view, faults, content: searchContent(choice, null, isFirst) };
      }
    },
  };
}
