import { type LimitPer } from './limit-pers.ts';
import { type LimitRule, type LimitsDocument, type Selector } from './limits-document.ts';

/** Finds the rule of one `per` that an ask meets: the most specific, also where that one is off. */
export type SelectRule = (ask: {
  readonly from?: string;
  readonly to?: string;
  readonly interactionId?: string;
  readonly supplier?: string | null;
}) => LimitRule | undefined;

/** The class of each system that has one. */
export function classesOf(document: LimitsDocument): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(document.classes).flatMap(([name, asids]) => asids.map((asid) => [asid, name] as const)),
  );
}

/** Prepares the search among the rules of one `per`; null where the document has none. */
export function selectRule(
  document: LimitsDocument,
  per: LimitPer,
  classOf: ReadonlyMap<string, string>,
): SelectRule | null {
  const all = document.limits.filter((rule) => rule.per === per);
  if (all.length === 0) return null;
  const rules = new Map(
    all.map((rule) => [
      keyOf(nameOf(rule.consumer), nameOf(rule.provider), rule.interaction ?? '', rule.supplier ?? ''),
      rule,
    ]),
  );
  // What no rule names need not be searched for: mostly that leaves one search of sixteen.
  const consumers = new Set(all.map((rule) => nameOf(rule.consumer)));
  const providers = new Set(all.map((rule) => nameOf(rule.provider)));
  const interactions = new Set(all.map((rule) => rule.interaction ?? ''));
  return ({ from = '', to = '', interactionId = '', supplier = null }) => {
    // From the most specific to the least, what a consumer is named by before what a provider is.
    for (const consumer of namesOf(from, classOf)) {
      if (!consumers.has(consumer)) continue;
      for (const provider of namesOf(to, classOf)) {
        if (!providers.has(provider)) continue;
        for (const interaction of [interactionId, '']) {
          if (!interactions.has(interaction)) continue;
          for (const ofSupplier of [supplier ?? '', '']) {
            const rule = rules.get(keyOf(consumer, provider, interaction, ofSupplier));
            if (rule !== undefined) return rule;
          }
        }
      }
    }
    return undefined;
  };
}

// The supplier's name, the only free text, stands last.
const keyOf = (consumer: string, provider: string, interaction: string, supplier: string) =>
  `${consumer} ${provider} ${interaction} ${supplier}`;

/** A selector as text; a system is selected by any of its `namesOf`. */
export function nameOf(selector: Selector | undefined): string {
  if (selector === undefined) return '';
  return 'asid' in selector ? selector.asid : `class:${selector.class}`;
}

/** What a system is selected by, the most specific first. */
export function namesOf(asid: string, classOf: ReadonlyMap<string, string>): readonly string[] {
  const name = classOf.get(asid);
  return name === undefined ? [asid, ''] : [asid, `class:${name}`, ''];
}
