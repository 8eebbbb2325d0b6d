import { type ConsumerLimit } from '../counting/resolved-limits.ts';
import { type LimitRule, type LimitsDocument } from './limits-document.ts';
import { rateLimit } from './resolve-rule.ts';
import { namesOf, nameOf } from './select-rule.ts';

/** The limits that a consumer can meet, whatever it asks: its own, those of an interaction, those towards a provider. */
export function limitsOfConsumer(
  document: LimitsDocument,
  classOf: ReadonlyMap<string, string>,
  consumer: string,
): readonly ConsumerLimit[] {
  const names = namesOf(consumer, classOf);
  return (['consumer', 'consumer-interaction', 'consumer-provider'] as const).flatMap((per) => {
    const mine = document.limits
      .filter((rule) => rule.per === per)
      .map((rule) => ({ rule, rank: names.indexOf(nameOf(rule.consumer)) }))
      .filter(({ rank }) => rank >= 0);
    return mine
      .filter(
        ({ rule, rank }) => !mine.some((other) => other.rank < rank && covers(other.rule, rule, classOf)),
      )
      .toSorted((one, other) => one.rank - other.rank)
      .flatMap(({ rule }) => limitOf(rule, per, `${per}:${consumer}`) ?? []);
  });
}

/** Does a rule speak of all the providers and interactions that another one speaks of? */
function covers(wide: LimitRule, narrow: LimitRule, classOf: ReadonlyMap<string, string>): boolean {
  if (wide.interaction !== undefined && wide.interaction !== narrow.interaction) return false;
  const { provider } = narrow;
  const providers =
    provider !== undefined && 'asid' in provider ? namesOf(provider.asid, classOf) : [nameOf(provider), ''];
  return providers.includes(nameOf(wide.provider));
}

function limitOf(rule: LimitRule, per: ConsumerLimit['scope'], ownKey: string): ConsumerLimit | null {
  const interactionId = rule.interaction ?? null;
  const provider = rule.provider !== undefined && 'asid' in rule.provider ? rule.provider.asid : null;
  const named = interactionId ?? provider;
  const key = per === 'consumer' ? ownKey : named === null ? null : `${ownKey}:${named}`;
  const limit = rateLimit(rule, per, key);
  return limit === null ? null : { ...limit, interactionId, provider };
}
