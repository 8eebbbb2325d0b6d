import { type FileEntry } from '@ssp/service/operator';
import { type LimitRule, type LimitsDocument, type Selector } from './limits-document.ts';

/** One thing that a limits document states, in the form in which two documents are compared. */
export type LimitsEntry = FileEntry & { readonly section: keyof LimitsDocument };

/** Takes a limits document apart; two documents of the same entries mean the same. */
export function limitsEntries({ classes, costs, shares, limits }: LimitsDocument): readonly LimitsEntry[] {
  return [
    ...Object.entries(classes).flatMap(([name, asids]): LimitsEntry[] => [
      // A class without systems can be spoken of too.
      { section: 'classes', key: [name], fields: {} },
      ...asids.map((asid): LimitsEntry => ({ section: 'classes', key: [name, asid], fields: {} })),
    ]),
    ...Object.entries(costs).map(([interaction, cost]): LimitsEntry => ({
      section: 'costs',
      key: [interaction],
      fields: { cost: String(cost) },
    })),
    { section: 'shares', key: ['below'], fields: { below: String(shares.below) } },
    ...Object.entries(shares.weights).map(([name, weight]): LimitsEntry => ({
      section: 'shares',
      key: ['weights', name],
      fields: { weight: String(weight) },
    })),
    ...limits.map(ruleEntry),
  ];
}

function ruleEntry({ id, consumer, provider, ...rest }: LimitRule): LimitsEntry {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries({
    ...rest,
    consumer: textOf(consumer),
    provider: textOf(provider),
  })) {
    if (value !== undefined) fields[name] = String(value);
  }
  return { section: 'limits', key: [id], fields };
}

function textOf(selector: Selector | undefined): string | undefined {
  if (selector === undefined) return undefined;
  return 'asid' in selector ? `asid ${selector.asid}` : `class ${selector.class}`;
}
