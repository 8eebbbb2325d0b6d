import { z } from 'zod';

/** No more than an id can be: what is logged of an ask can hold nothing else. */
const idForm = /^[\w-]{1,64}$/;
const id = z.string().regex(idForm).optional();

/**
 * The ids of the exchange that an ask is about, for the log of who is asked: nothing is decided by them. They travel in each ask,
 * since the asks of many exchanges share one call, whose header could name only one of them.
 */
export const askTrace = {
  /** `Ssp-TraceID`. */
  traceId: id,
  /** The consumer's `traceparent`, where it sent one that can be read. */
  traceparent: id,
};
export type AskTrace = { readonly traceId?: string | undefined; readonly traceparent?: string | undefined };

/** Whether a value holds the ids as the schemas of the asks want them, without their cost. */
export function isTraced(value: object): boolean {
  return (
    (!('traceId' in value) || isId(value.traceId)) && (!('traceparent' in value) || isId(value.traceparent))
  );
}

function isId(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && idForm.test(value));
}

/** The ids of an ask, as lines of a log hold them. */
export function traceOf({ traceId, traceparent }: AskTrace): AskTrace {
  return traceparent === undefined ? { traceId } : { traceId, traceparent };
}
