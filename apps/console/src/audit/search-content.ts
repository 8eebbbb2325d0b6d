import { type AuditedExchange, type AuditedExchanges, exchangeOutcomes } from '@ssp/contracts';
import { formatMoment } from '../operation/moment-form.ts';
import { type SearchChoice, type SearchField } from './search-choice.ts';

/** What the page of the search shows. */
export type SearchContent = {
  readonly values: SearchChoice['values'];
  readonly outcomes: readonly { readonly value: string; readonly text: string; readonly selected: boolean }[];
  /** Null where nothing was looked for yet. */
  readonly found: null | {
    readonly rows: readonly FoundRow[];
    readonly nextHref: string | null;
    /** Null on the first page. */
    readonly firstHref: string | null;
    readonly exportHref: string;
  };
};

type FoundRow = {
  readonly received: string;
  readonly storyHref: string;
  readonly from: string;
  readonly to: string;
  readonly interaction: string;
  readonly outcome: string;
  readonly refusal: string;
};

/** Lays out a page of what was found; null where nothing was looked for, or could not be. */
export function searchContent(
  choice: SearchChoice,
  page: AuditedExchanges | null,
  isFirst: boolean,
): SearchContent {
  return {
    values: choice.values,
    outcomes: [{ value: '', text: 'Any' }, ...exchangeOutcomes.map((value) => ({ value, text: value }))].map(
      (item) => ({ ...item, selected: item.value === (choice.values.outcome ?? '') }),
    ),
    found:
      page === null
        ? null
        : {
            rows: page.exchanges.map((exchange) => foundRow(exchange)),
            nextHref: page.next === null ? null : searchHref(choice.values, page.next),
            firstHref: isFirst ? null : searchHref(choice.values, null),
            exportHref: `/audit/export?${new URLSearchParams(choice.values).toString()}`,
          },
  };
}

/** The address of a search. */
function searchHref(values: Readonly<Partial<Record<SearchField, string>>>, cursor: string | null): string {
  const query = new URLSearchParams(values);
  // A search for the last day has no field filled in, but is one.
  if (query.size === 0) query.set('traceId', '');
  if (cursor !== null) query.set('cursor', cursor);
  return `/audit?${query.toString()}`;
}

function foundRow(exchange: AuditedExchange): FoundRow {
  const { internalId, receivedAt, completedAt, status, outcome, refusal } = exchange;
  const at = receivedAt ?? completedAt;
  return {
    received: at === null ? 'not known' : formatMoment(at),
    storyHref: `/audit/story?internalId=${internalId}`,
    from: partyText(exchange.fromAsid, exchange.senderOds),
    to: partyText(exchange.toAsid, exchange.receiverOds),
    interaction: exchange.interactionId?.replace(interactionPrefix, '') ?? 'not told',
    outcome: `${outcome ?? 'under way'}${status === null ? '' : ` ${status}`}`,
    refusal: refusal ?? '–',
  };
}

const interactionPrefix = 'urn:nhs:names:services:';

function partyText(asid: string | null, ods: string | null): string {
  return `${asid ?? 'not told'}${ods === null ? '' : ` (${ods})`}`;
}
