import { type Fault } from '../page.ts';

/** By what exchanges are looked for, by the names of the audit's API; each is the id of its field, too. */
export const searchFields = [
  'traceId',
  'w3cTraceId',
  'internalId',
  'fromAsid',
  'toAsid',
  'organisation',
  'interactionId',
  'outcome',
  'refusal',
  'from',
  'to',
] as const;
export type SearchField = (typeof searchFields)[number];

/** What the address or a form looks for. */
export type SearchChoice = {
  /** As written by the reader. */
  readonly values: Readonly<Partial<Record<SearchField, string>>>;
  /** What is asked of the API. */
  readonly filters: Readonly<Record<string, string>>;
  /** Whether anything was looked for at all: an empty form looks for the last day. */
  readonly isAsked: boolean;
};

/** Reads what is looked for; a field left empty counts as absent. Moments are read as UTC, as forms give them without a zone. */
export function readSearchChoice(given: URLSearchParams): SearchChoice {
  const filled = searchFields.flatMap((field) => {
    const value = given.get(field)?.trim() ?? '';
    return value === '' ? [] : [[field, value] as const];
  });
  return {
    values: Object.fromEntries(filled),
    filters: Object.fromEntries(
      filled.map(([field, value]) => [field, field === 'from' || field === 'to' ? inUtc(value) : value]),
    ),
    isAsked: searchFields.some((field) => given.has(field)),
  };
}

/**
 * What the API finds wrong with a search, each at its field; null where it names none of them. It writes
 * `fromAsid: must be …; to: must be …`.
 */
export function faultsOf(detail: string): readonly Fault[] | null {
  const faults = detail.split('; ').flatMap((part) => {
    const [, name, text = ''] = /^([a-zA-Z0-9]+): (.+)$/.exec(part) ?? [];
    const field = searchFields.find((it) => it === name);
    return field === undefined ? [] : [{ field, text: `${fieldNames[field]}: ${text}` }];
  });
  return faults.length === 0 ? null : faults;
}

/** What the form calls them. */
export const fieldNames: Readonly<Record<SearchField, string>> = {
  traceId: 'Trace id',
  w3cTraceId: 'Trace id of the consumer’s own',
  internalId: 'Exchange id',
  fromAsid: 'ASID of the consumer',
  toAsid: 'ASID of the provider',
  organisation: 'Organisation of either party',
  interactionId: 'Interaction',
  outcome: 'Outcome',
  refusal: 'Refusal',
  from: 'From',
  to: 'Until',
};

function inUtc(value: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(value)) return `${value}:00Z`;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$/.test(value) ? `${value}Z` : value;
}
