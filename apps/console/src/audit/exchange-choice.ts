import { readTraceparent, W3cTraceId, w3cTraceIdOf } from '@ssp/spine';

/** Which exchanges are meant: those of a trace, or one. */
export type ExchangeChoice = { readonly traceId: string } | { readonly internalId: string };

/** Whose story is asked for. */
export type StoryChoice = ExchangeChoice | { readonly w3cTraceId: string };

/** Reads the same, but takes a traceparent or its trace id for what it is. */
export function readStoryChoice(given: URLSearchParams): StoryChoice | null {
  const choice = readExchangeChoice(given);
  if (choice === null || !('traceId' in choice)) return choice;
  const traceparent = readTraceparent(choice.traceId);
  if (traceparent !== null) return { w3cTraceId: w3cTraceIdOf(traceparent) };
  return W3cTraceId.safeParse(choice.traceId).success ? { w3cTraceId: choice.traceId } : choice;
}

/** Reads `traceId` or `internalId`; null where neither is given. */
export function readExchangeChoice(given: URLSearchParams): ExchangeChoice | null {
  const [traceId, internalId] = [given.get('traceId')?.trim() ?? '', given.get('internalId')?.trim() ?? ''];
  if (internalId !== '') return { internalId };
  return traceId === '' ? null : { traceId };
}
