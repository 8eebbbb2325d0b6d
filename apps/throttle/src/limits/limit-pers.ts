/** What a rule can limit: each consumer, each pair of a consumer and a provider, and so on. */
export const limitPers = [
  'consumer',
  'consumer-interaction',
  'consumer-provider',
  'provider',
  'provider-interaction',
  'supplier',
  'global',
  'provider-in-flight',
  'edge-in-flight',
] as const;
export type LimitPer = (typeof limitPers)[number];

/** What narrows a rule to some of those that its `per` speaks of, the one that goes before the others first. */
export const limitSelectors = ['consumer', 'provider', 'interaction', 'supplier'] as const;
export type LimitSelector = (typeof limitSelectors)[number];

/** Which selectors a rule of each `per` may carry: those of its own dimensions. */
export const selectorsOf: Readonly<Record<LimitPer, readonly LimitSelector[]>> = {
  consumer: ['consumer'],
  'consumer-interaction': ['consumer', 'interaction'],
  'consumer-provider': ['consumer', 'provider'],
  provider: ['provider'],
  'provider-interaction': ['provider', 'interaction'],
  supplier: ['supplier'],
  global: [],
  'provider-in-flight': ['provider'],
  'edge-in-flight': [],
};

/** Does a rule of this `per` limit how many are open at one time, and not how fast they come? */
export function countsInFlight(per: LimitPer): per is 'provider-in-flight' | 'edge-in-flight' {
  return per === 'provider-in-flight' || per === 'edge-in-flight';
}
