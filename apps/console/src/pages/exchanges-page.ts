import { type CountedExchange, CountedExchanges, countedExchangesPath } from '@ssp/contracts';
import { type FiguresTable } from '../figures-table.ts';
import { formatBytes, formatCount, formatHour, formatMilliseconds } from '../number-forms.ts';
import { type Fault, type Page } from '../page.ts';
import { type PageSources } from '../page-sources.ts';
import { storyPathFor } from '../story-path.ts';
import { dimensions, outcomeNames, shortInteraction } from '../usage/names.ts';
import { describePeriod, hoursOf, type Period, periodParameters } from '../usage/period.ts';
import { filterParameters, readUsageChoice, type UsageFilters, usageFilters } from '../usage/usage-choice.ts';

/** Rows of a page of the list. */
const limit = 50;

/** The exchanges that a figure counts, one by one, by the ids under which the audit keeps their stories. */
export function exchangesPage(sources: PageSources): Page {
  const { billing } = sources;
  return {
    path: '/usage/exchanges',
    roles: ['billing', 'supplier', 'operator', 'auditor'],
    place: { under: '/usage' },
    get: async ({ person, query }) => {
      const { choice, faults: choiceFaults } = readUsageChoice(query, new Date().toISOString().slice(0, 7));
      const { period, filters, cursor } = choice;
      const hour = readHour(query, period);
      const faults: Fault[] = [...choiceFaults, ...(hour.fault === null ? [] : [hour.fault])];
      const asked = {
        path: countedExchangesPath,
        query: { ...(hour.hours ?? hoursOf(period)), ...filters, limit, cursor },
      };
      const { exchanges, next } = await billing.read(CountedExchanges, asked, person);
      const parameters = new URLSearchParams(periodParameters(period));
      if (hour.hours !== null) parameters.set('hour', hour.hours.from.slice(11, 13));
      for (const [name, value] of filterParameters(filters)) parameters.set(name, value);
      const first = `/usage/exchanges?${parameters.toString()}`;
      const storyPath = storyPathFor(sources, person);
      return {
        kind: 'view',
        template: 'usage/exchanges.njk',
        title: 'Exchanges behind a figure',
        faults,
        content: {
          periodWords:
            hour.hours === null ? describePeriod(period) : `in the hour of ${formatHour(hour.hours.from)}`,
          filters: filterWords(filters),
          tellsStories: storyPath !== null,
          table: exchanges.length === 0 ? null : exchangesTable(exchanges, storyPath),
          firstPath: cursor === null ? null : first,
          nextPath: next === null ? null : `${first}&${new URLSearchParams({ cursor: next }).toString()}`,
        },
      };
    },
  };
}

type HourRead = {
  readonly hours: { readonly from: string; readonly to: string } | null;
  readonly fault: Fault | null;
};

/** `hour` narrows a period of one day to one hour. */
function readHour(query: URLSearchParams, period: Period): HourRead {
  const hour = query.get('hour') ?? '';
  if (hour === '') return { hours: null, fault: null };
  if (period.kind === 'days' && period.from === period.to && /^([01]\d|2[0-3])$/.test(hour)) {
    const from = `${period.from}T${hour}:00Z`;
    const to = `${new Date(Date.parse(from) + 3_600_000).toISOString().slice(0, 16)}Z`;
    return { hours: { from, to }, fault: null };
  }
  return {
    hours: null,
    fault: { field: 'hour', text: 'An hour is written like 09, with from and to the same day' },
  };
}

function filterWords(filters: UsageFilters) {
  return usageFilters.flatMap((name) => {
    const value = filters[name];
    if (value === null) return [];
    return [{ key: { text: dimensions[name].head }, value: { text: value } }];
  });
}

/** Where details are no longer kept. */
const gone = 'not kept';

function exchangesTable(
  exchanges: readonly CountedExchange[],
  storyPath: ReturnType<typeof storyPathFor>,
): FiguresTable {
  const numeric = new Set(['Data', 'Provider’s time', 'Whole time']);
  const rows = exchanges.map((it) => ({
    Exchange: it.internalId,
    Hour: formatHour(it.hour),
    Supplier: it.supplier ?? gone,
    Provider: it.providerOds === null ? gone : `${it.providerOds} ${it.providerAsid ?? ''}`,
    Consumer: it.consumerOds === null ? gone : `${it.consumerOds} ${it.consumerAsid ?? ''}`,
    Interaction: it.interaction === null ? gone : shortInteraction(it.interaction),
    Outcome: it.outcome === null ? gone : outcomeNames[it.outcome],
    Billable: it.isBillable === null ? gone : it.isBillable ? 'Yes' : 'No',
    Data: it.requestBytes === null ? gone : formatBytes(it.requestBytes + (it.responseBytes ?? 0)),
    'Provider’s time': formatMilliseconds(it.providerMs),
    'Whole time': formatMilliseconds(it.totalMs),
  }));
  const heads = Object.keys(rows[0] ?? {});
  return {
    caption: `${formatCount(rows.length)} exchanges on this page`,
    head: heads.map((text) => ({ text, numeric: numeric.has(text) })),
    rows: rows.map(({ Exchange: id, ...row }) => ({
      cells: [
        { text: id, ...(storyPath !== null && { href: storyPath(id) }) },
        ...Object.values(row).map((text) => ({ text })),
      ],
    })),
  };
}
