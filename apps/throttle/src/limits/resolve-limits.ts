import { type ThrottleAsk, type ThrottleScope } from '@ssp/contracts';
import { type ResolvedAsk, type ResolvedLimit, type ResolvedLimits } from '../resolved-limits.ts';
import { keptBy } from './kept-by.ts';
import { type LimitPer } from './limit-pers.ts';
import { type LimitsDocument } from './limits-document.ts';
import { limitsOfConsumer } from './limits-of-consumer.ts';
import { edgeInFlightLimit, inFlightLimit, rateLimit } from './resolve-rule.ts';
import { classesOf, selectRule } from './select-rule.ts';

/** Tells the buckets of one `per` apart: null where an ask has none of this kind. */
type Part = (ask: ThrottleAsk) => string | null;
type Dimension = { readonly per: LimitPer & ThrottleScope; readonly first: Part; readonly second: Part };

const from: Part = (ask) => ask.from;
const to: Part = (ask) => ask.to;
const interaction: Part = (ask) => ask.interactionId;
const none: Part = () => '';

// In the order in which a refusal names them.
const rates: readonly Dimension[] = [
  { per: 'consumer', first: from, second: none },
  { per: 'consumer-interaction', first: from, second: interaction },
  { per: 'consumer-provider', first: from, second: to },
  { per: 'provider', first: to, second: none },
  { per: 'provider-interaction', first: to, second: interaction },
  { per: 'supplier', first: (ask) => ask.supplier, second: none },
  { per: 'global', first: none, second: none },
];

// Of each kind of limit, at some 300 bytes each.
const keptMax = 20_000;

/**
 * Prepares one version of the limits for being asked. Every key carries the same hash tag, so that on a Redis Cluster
 * a batch is one script call on one node: the global bucket is in every ask, and a script cannot reach over two slots.
 */
export function resolveLimits(document: LimitsDocument, hashTag: string, version: string): ResolvedLimits {
  const prefix = `{${hashTag}}:throttle`;
  const classOf = classesOf(document);
  const costs = new Map(Object.entries(document.costs));
  const { below } = document.shares;
  const weights = new Map(Object.entries(document.shares.weights));

  const limitsOf = rates.flatMap((dimension) => rateResolver(document, classOf, prefix, dimension) ?? []);
  const selectOpen = selectRule(document, 'provider-in-flight', classOf);
  const openOf = keptBy(keptMax, (provider: string) => {
    const rule = selectOpen?.({ to: provider });
    return rule === undefined ? null : inFlightLimit(rule, `${prefix}:provider-in-flight:${provider}`);
  });
  const edgeRule = selectRule(document, 'edge-in-flight', classOf)?.({});
  const edgeInFlight = edgeRule === undefined ? null : edgeInFlightLimit(edgeRule);
  const shareKeyOf = keptBy(keptMax, (provider: string) => `${prefix}:provider-share:${provider}`);

  function ofAsk(ask: ThrottleAsk): ResolvedAsk {
    const limits: ResolvedLimit[] = [];
    let isShared = false;
    for (const limitOf of limitsOf) {
      const limit = limitOf(ask);
      if (limit === null) continue;
      limits.push(limit);
      isShared ||= limit.scope === 'provider' && below > 0;
    }
    const { from: consumer, to: provider } = ask;
    return {
      version,
      limits,
      cost: costs.get(ask.interactionId) ?? 1,
      providerInFlight: openOf(provider, '', provider),
      share: isShared
        ? {
            key: shareKeyOf(provider, '', provider),
            consumer,
            weight: weights.get(classOf.get(consumer) ?? '') ?? 1,
            below,
          }
        : null,
      edgeInFlight,
    };
  }
  return {
    version,
    ofAsk,
    inFlightOf: (provider) => openOf(provider, '', provider),
    ofConsumer: (consumer) => limitsOfConsumer(document, classOf, prefix, consumer),
  };
}

/** Gives what the rules of this kind are for an ask, made once for each bucket; null where the document has none. */
function rateResolver(
  document: LimitsDocument,
  classOf: ReadonlyMap<string, string>,
  prefix: string,
  { per, first, second }: Dimension,
): ((ask: ThrottleAsk) => ResolvedLimit | null) | null {
  const select = selectRule(document, per, classOf);
  if (select === null) return null;
  const kept = keptBy(keptMax, (ask: ThrottleAsk) => {
    const rule = select(ask);
    const parts = [prefix, per, first(ask), second(ask)].filter((part) => part !== '');
    return rule === undefined ? null : rateLimit(rule, per, parts.join(':'));
  });
  return (ask) => {
    const one = first(ask);
    const other = second(ask);
    return one === null || other === null ? null : kept(one, other, ask);
  };
}
