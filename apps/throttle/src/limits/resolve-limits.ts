import { type ThrottleAsk, type ThrottleScope } from '@ssp/contracts';
import { type ResolvedAsk, type ResolvedLimit, type ResolvedLimits } from '../counting/resolved-limits.ts';
import { keptBy, keptByPair } from './kept-by.ts';
import { type LimitPer } from './limit-pers.ts';
import { type LimitsDocument } from './limits-document.ts';
import { limitsOfConsumer } from './limits-of-consumer.ts';
import { edgeInFlightLimit, inFlightLimit, rateLimit } from './resolve-rule.ts';
import { classesOf, type SelectRule, selectRule } from './select-rule.ts';

type LimitOf = (ask: ThrottleAsk) => ResolvedLimit | null;

// Of each kind of limit, at some 300 bytes each: more than there are systems, or all would be made anew again and again.
const keptMax = 60_000;

/** Prepares one version of the limits for being asked. */
export function resolveLimits(document: LimitsDocument, version: string): ResolvedLimits {
  const classOf = classesOf(document);
  const costs = new Map(Object.entries(document.costs));
  const { below } = document.shares;
  const weights = new Map(Object.entries(document.shares.weights));

  /** What the rules of one kind are for an ask, by the name of its bucket; null where there are no such rules. */
  const rateOf = (per: LimitPer & ThrottleScope) => {
    const select = selectRule(document, per, classOf);
    if (select === null) return null;
    return (ask: Parameters<SelectRule>[0], ...parts: readonly string[]) => {
      const rule = select(ask);
      return rule === undefined ? null : rateLimit(rule, per, [per, ...parts].join(':'));
    };
  };
  const byOne = (per: LimitPer & ThrottleScope, part: (ask: ThrottleAsk) => string | null): LimitOf[] => {
    const rate = rateOf(per);
    if (rate === null) return [];
    const kept = keptBy(keptMax, (ask: ThrottleAsk) => rate(ask, part(ask) ?? ''));
    return [
      (ask) => {
        const name = part(ask);
        return name === null ? null : kept(name, ask);
      },
    ];
  };
  const byTwo = (
    per: LimitPer & ThrottleScope,
    first: (ask: ThrottleAsk) => string,
    second: (ask: ThrottleAsk) => string,
  ): LimitOf[] => {
    const rate = rateOf(per);
    if (rate === null) return [];
    const kept = keptByPair(keptMax, (ask: ThrottleAsk) => rate(ask, first(ask), second(ask)));
    return [(ask) => kept(first(ask), second(ask), ask)];
  };

  const ofConsumer = [
    ...byOne('consumer', from),
    ...byTwo('consumer-interaction', from, interaction),
    ...byTwo('consumer-provider', from, to),
  ];
  const providerRate = rateOf('provider');
  const selectOpen = selectRule(document, 'provider-in-flight', classOf);
  const ofProvider = keptBy(keptMax, (provider: string) => {
    const openRule = selectOpen?.({ to: provider });
    return {
      limit: providerRate?.({ to: provider }, provider) ?? null,
      open: openRule === undefined ? null : inFlightLimit(openRule, `provider-in-flight:${provider}`),
      shareKey: `provider-share:${provider}`,
    };
  });
  const ofOthers = [
    ...byTwo('provider-interaction', to, interaction),
    ...byOne('supplier', (ask) => ask.supplier),
  ];
  const globalRule = selectRule(document, 'global', classOf)?.({});
  const global = globalRule === undefined ? null : rateLimit(globalRule, 'global', 'global');
  const edgeRule = selectRule(document, 'edge-in-flight', classOf)?.({});
  const edgeInFlight = edgeRule === undefined ? null : edgeInFlightLimit(edgeRule);

  function ofAsk(ask: ThrottleAsk): ResolvedAsk {
    const { from: consumer, to: provider, interactionId } = ask;
    const { limit, open, shareKey } = ofProvider(provider, provider);
    // In the order in which a refusal names them.
    const limits: ResolvedLimit[] = [];
    addLimits(limits, ofConsumer, ask);
    if (limit !== null) limits.push(limit);
    addLimits(limits, ofOthers, ask);
    if (global !== null) limits.push(global);
    const isShared = limit !== null && below > 0;
    return {
      version,
      limits,
      cost: costs.size === 0 ? 1 : (costs.get(interactionId) ?? 1),
      providerInFlight: open,
      share: isShared
        ? { key: shareKey, consumer, weight: weights.get(classOf.get(consumer) ?? '') ?? 1, below }
        : null,
      edgeInFlight,
    };
  }
  return {
    version,
    ofAsk,
    inFlightOf: (provider) => ofProvider(provider, provider).open,
    ofConsumer: (consumer) => limitsOfConsumer(document, classOf, consumer),
  };
}

const from = (ask: ThrottleAsk) => ask.from;
const to = (ask: ThrottleAsk) => ask.to;
const interaction = (ask: ThrottleAsk) => ask.interactionId;

function addLimits(limits: ResolvedLimit[], found: readonly LimitOf[], ask: ThrottleAsk): void {
  for (const limitOf of found) {
    const limit = limitOf(ask);
    if (limit !== null) limits.push(limit);
  }
}
