import { type ExchangeCompleted, type UsageOutcome } from '@ssp/contracts';
import { z } from 'zod';

/** What one exchange adds to the usage. */
export type Usage = {
  readonly internalId: string;
  /** The hour, UTC, in which the exchange ended, as an ISO instant. */
  readonly hour: string;
  readonly supplier: string;
  readonly providerOds: string;
  readonly providerAsid: string;
  readonly consumerOds: string;
  readonly consumerAsid: string;
  readonly interaction: string;
  readonly outcome: UsageOutcome;
  readonly isBillable: boolean;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Null where the provider's time was not measured. */
  readonly providerUs: number | null;
  readonly totalUs: number;
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
 * An exchange is **usage** when it was forwarded to a provider: it was not refused by us, and an endpoint was dialled.
 * What we refused or answered ourselves, or what the consumer abandoned before that, is audited but is nobody's usage: null.
 *
 * It is **billable** when the provider answered it whole with a status from 200 to 499: a 404 is work done as much as
 * a 200, but a provider is not paid for its own failures (5xx), for answers cut short, or for those nobody waited for.
 *
 * Its **outcome** is the class of the provider's status (`2xx` … `5xx`) where the answer was whole, else `failed` or
 * `abandoned`; `unknown` where a whole answer came with no status that means anything.
 *
 * It belongs to the hour, UTC, of the event's time. The supplier paid is the one that authz named when it decided.
 *
 * @throws ZodError for sizes, times or years that cannot be
 */
export function usageOf({ time, data }: ExchangeCompleted): Usage | null {
  if (data.outcome === 'refused' || data.outcome === 'answered' || data.endpoint === null) return null;
  const { providerMs, totalMs } = data.timings;
  const { requestBytes, responseBytes } = data;
  Plausible.parse({ time, requestBytes, responseBytes, providerMs, totalMs });
  const outcome = data.outcome === 'forwarded' ? statusClass(data.providerStatus) : data.outcome;
  return {
    internalId: data.internalId,
    hour: `${time.slice(0, 13)}:00:00.000Z`,
    supplier: label(data.parties?.supplier, 200),
    providerOds: label(data.parties?.receiverOds, 32),
    providerAsid: label(data.to, 32),
    consumerOds: label(data.parties?.senderOds, 32),
    consumerAsid: label(data.from, 32),
    interaction: label(data.interactionId, 255),
    outcome,
    isBillable: outcome === '2xx' || outcome === '3xx' || outcome === '4xx',
    requestBytes,
    responseBytes,
    providerUs: providerMs === null ? null : Math.round(providerMs * 1_000),
    totalUs: Math.round(totalMs * 1_000),
  };
}

function statusClass(status: number | null): UsageOutcome {
  if (status === null || status < 200 || status > 599) return 'unknown';
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
