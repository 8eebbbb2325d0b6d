import { exportFormats, exportsPath } from '@ssp/contracts';
import { type Api, ApiError } from '../api.ts';
import { readGround } from '../audit/reading-ground.ts';
import { faultsOf, fieldNames, readSearchChoice, searchFields } from '../audit/search-choice.ts';
import { type Fault, type Page, type View } from '../page.ts';

const contentTypes = { csv: 'text/csv', ndjson: 'application/x-ndjson' } as const;

/** Takes out all that a search finds, as a file, once the reader has said why. */
export function auditExportPage(audit: Api): Page {
  return {
    path: '/audit/export',
    roles: ['auditor', 'operator'],
    place: { under: '/audit' },
    get: ({ query }) => Promise.resolve(exportView(query, [])),
    post: async ({ person, form }) => {
      const { why, faults } = readGround(form);
      if (faults.length > 0) return exportView(form, faults);
      const format = exportFormats.find((it) => it === form.get('format')) ?? 'csv';
      const body = { ...readSearchChoice(form).filters, format, why };
      const ask = { path: exportsPath, method: 'POST', body } as const;
      try {
        return {
          kind: 'download',
          fileName: `exchanges.${format}`,
          contentType: contentTypes[format],
          body: await audit.stream(contentTypes[format], ask, person),
        };
      } catch (error) {
        const detail = error instanceof ApiError && error.status === 400 ? error.detail : null;
        if (detail === null) throw error;
        return exportView(form, faultsOf(detail) ?? [{ field: 'why', text: detail }]);
      }
    },
  };
}

function exportView(given: URLSearchParams, faults: readonly Fault[]): View {
  const { values } = readSearchChoice(given);
  return {
    kind: 'view',
    template: 'audit/export.njk',
    title: 'Take exchanges out of the audit',
    faults,
    content: {
      values,
      why: given.get('why') ?? '',
      conditions: searchFields.flatMap((field) => {
        const value = values[field];
        return value === undefined ? [] : [{ name: fieldNames[field], value }];
      }),
    },
  };
}
