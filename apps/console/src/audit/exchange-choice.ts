/** Which exchanges are meant: those of a trace, or one. */
export type ExchangeChoice = { readonly traceId: string } | { readonly internalId: string };

/** Reads `traceId` or `internalId`; null where neither is given. */
export function readExchangeChoice(given: URLSearchParams): ExchangeChoice | null {
  const [traceId, internalId] = [given.get('traceId')?.trim() ?? '', given.get('internalId')?.trim() ?? ''];
  if (internalId !== '') return { internalId };
  return traceId === '' ? null : { traceId };
}
