import { type ExchangeCompleted, type UsageOutcome } from '@ssp/contracts';
import { z } from 'zod';
import { usageKeyOf, type UsageNames } from './usage-key.ts';

/** What one exchange adds to the usage. */
export type Usage = UsageNames & {
  readonly internalId: string;
  /** The hour, UTC, in which the exchange ended, as an ISO instant. */
  readonly hour: string;
  readonly key: bigint;
  readonly isBillable: boolean;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Null where the provider's time was not measured. */
  readonly providerUs: number | null;
  readonly totalUs: number;
};

type Ended = ExchangeCompleted['data'];

/** The part of an event that says how it is counted. */
export type CountedEvent = Pick<ExchangeCompleted, 'time'> & {
  readonly data: Pick<
    Ended,
    | 'internalId'
    | 'from'
    | 'to'
    | 'interactionId'
    | 'outcome'
    | 'refusal'
    | 'providerStatus'
    | 'agreementId'
    | 'endpoint'
    | 'parties'
    | 'requestBytes'
    | 'responseBytes'
  > & { readonly timings: Pick<Ended['timings'], 'totalMs' | 'providerMs'> };
};

/** Stands where the directory does not name a part. */
const unknown = 'unknown';

/** Beyond these an event is a fault of its maker, and adding it up would spoil or overflow the sums. */
const Plausible = z.object({
  time: z.string().regex(/^20\d\d-/, 'the year is not in this century'),
  requestBytes: z.int().max(2 ** 40),
  responseBytes: z.int().max(2 ** 40),
  providerMs: z.number().max(86_400_000).nullable(),
  totalMs: z.number().max(86_400_000),
});

/**
 * The definition of usage.
 *
 * **Every** exchange that has ended is counted, so that the figures can be held against the audit. It belongs to the hour,
 * UTC, of the event's time, however late the event comes.
 *
 * Its **outcome** is the class of the provider's status (`2xx` … `5xx`) where the answer was whole, else `failed` or
 * `abandoned`; `unknown` where a whole answer came with no status that means anything. What never went to a provider is
 * `refused`, `throttled` where there was no room for it, or `answered` by the proxy itself.
 *
 * It is **billable** when the provider answered it whole with a status from 200 to 499: a 404 is work done as much as
 * a 200, but a provider is not paid for its own failures (5xx), for answers cut short, or for those nobody waited for.
 *
 * It is counted under the names that authz vouched for when it decided, among them the supplier paid. What a caller merely
 * claimed is `unknown`: anybody could fill the tables with names otherwise.
 *
 * @throws ZodError for sizes, times or years that cannot be
 */
export function usageOf({ time, data }: CountedEvent): Usage {
  const { providerMs, totalMs } = data.timings;
  const { requestBytes, responseBytes } = data;
  Plausible.parse({ time, requestBytes, responseBytes, providerMs, totalMs });
  const names = namesOf(data);
  const { outcome } = names;
  return {
    internalId: data.internalId.toLowerCase(),
    hour: `${time.slice(0, 13)}:00:00.000Z`,
    key: usageKeyOf(names),
    ...names,
    isBillable: outcome === '2xx' || outcome === '3xx' || outcome === '4xx',
    requestBytes,
    responseBytes,
    providerUs: providerMs === null ? null : Math.round(providerMs * 1_000),
    totalUs: Math.round(totalMs * 1_000),
  };
}

function namesOf(data: CountedEvent['data']): UsageNames {
  const { parties } = data;
  const wasAllowed = data.agreementId !== null || data.endpoint !== null;
  const interactionIsKnown = wasAllowed || refusedKnowingInteraction.has(data.refusal);
  return {
    supplier: label(parties?.supplier, 200),
    providerOds: label(parties?.receiverOds, 32),
    providerAsid: label(wasAllowed || isNamed(parties?.receiverOds) ? data.to : null, 32),
    consumerOds: label(parties?.senderOds, 32),
    consumerAsid: label(wasAllowed || isNamed(parties?.senderOds) ? data.from : null, 32),
    interaction: label(interactionIsKnown ? data.interactionId : null, 255),
    outcome: outcomeOf(data),
  };
}

/** Of authz's refusals those that come after the sender was found to have registered the interaction. */
const refusedKnowingInteraction: ReadonlySet<string | null> = new Set([
  'receiver-not-authorised',
  'receiver-unknown',
  'endpoint-mismatch',
  'no-agreement',
]);

function isNamed(name: string | null | undefined): boolean {
  return name !== null && name !== undefined;
}

function outcomeOf({ outcome, refusal, endpoint, providerStatus }: CountedEvent['data']): UsageOutcome {
  // The refusals for want of room are all named so.
  if (outcome === 'refused') return refusal?.endsWith('-limit') === true ? 'throttled' : 'refused';
  if (outcome !== 'forwarded') return outcome;
  return endpoint === null ? unknown : statusClass(providerStatus);
}

function statusClass(status: number | null): UsageOutcome {
  if (status === null || status < 200 || status > 599) return unknown;
  if (status < 300) return '2xx';
  if (status < 400) return '3xx';
  return status < 500 ? '4xx' : '5xx';
}

/** Text that Postgres can store and index: well-formed, without control characters, short enough for the key. */
function label(text: string | null | undefined, lengthMax: number): string {
  const clean = (text ?? '')
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, lengthMax)
    .toWellFormed()
    .trim();
  return clean === '' ? unknown : clean;
}
