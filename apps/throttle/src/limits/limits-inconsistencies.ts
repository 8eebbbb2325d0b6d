import { type Inconsistency } from '@ssp/service/operator';
import { Asid, InteractionId } from '@ssp/spine';
import { z } from 'zod';
import { countsInFlight, type LimitPer, limitPers, limitSelectors, selectorsOf } from './limit-pers.ts';

const text = z.string().optional().catch(undefined);
const figure = z.coerce.number().optional().catch(undefined);
const Selector = z
  .union([z.object({ asid: Asid }), z.object({ class: z.string() })])
  .optional()
  .catch(undefined);

// As loose as can be: what the schema finds at fault is no reason to leave the rest unlooked at.
const LooseRule = z
  .object({
    id: text,
    per: z.enum(limitPers),
    consumer: Selector,
    provider: Selector,
    interaction: InteractionId.optional().catch(undefined),
    supplier: text,
    perSecond: figure,
    burst: figure,
    inFlight: figure,
    mode: text,
    whenCountersAreAway: text,
  })
  .nullable()
  .catch(null);
type LooseRule = z.infer<typeof LooseRule>;
const LooseDocument = z
  .object({
    classes: z.record(z.string(), z.array(text).catch([])).catch({}),
    costs: z.record(z.string(), z.coerce.number().catch(1)).catch({}),
    shares: z.object({ weights: z.record(z.string(), z.unknown()).catch({}) }).catch({ weights: {} }),
    limits: z.array(LooseRule).catch([]),
  })
  .catch({ classes: {}, costs: {}, shares: { weights: {} }, limits: [] });
type LooseDocument = z.infer<typeof LooseDocument>;

/** Where parts of a limits document, each well formed, do not go together. Takes any value; what it cannot read it passes over. */
export function limitsInconsistencies(value: unknown): readonly Inconsistency[] {
  const document = LooseDocument.parse(value);
  return [...ofClasses(document), ...ofShares(document), ...ofRules(document)];
}

function* ofClasses({ classes }: LooseDocument): Generator<Inconsistency> {
  const classOf = new Map<string, string>();
  for (const [name, asids] of Object.entries(classes)) {
    for (const [index, asid] of asids.entries()) {
      if (asid === undefined) continue;
      const former = classOf.get(asid);
      classOf.set(asid, name);
      if (former === undefined) continue;
      const message =
        former === name
          ? `${asid} is listed twice`
          : `${asid} is in class ${former} already; a system has one class`;
      yield { path: ['classes', name, index], message };
    }
  }
}

function* ofShares({ classes, shares }: LooseDocument): Generator<Inconsistency> {
  for (const name of Object.keys(shares.weights)) {
    if (!Object.hasOwn(classes, name)) {
      yield { path: ['shares', 'weights', name], message: `no class ${name} is listed under classes` };
    }
  }
}

function* ofRules({ classes, costs, limits }: LooseDocument): Generator<Inconsistency> {
  const idAt = new Map<string, number>();
  const ruleAt = new Map<string, number>();
  const largestCost = Math.max(1, ...Object.values(costs));
  for (const [index, rule] of limits.entries()) {
    if (rule === null) continue;
    const at = (key: string, message: string) => ({ path: ['limits', index, key], message });
    if (rule.id !== undefined) {
      const former = idAt.get(rule.id);
      if (former === undefined) idAt.set(rule.id, index);
      else yield at('id', `${rule.id} is the id of limits[${former}] already`);
    }
    yield* ofFields(rule, rule.per, at);
    for (const side of ['consumer', 'provider'] as const) {
      const selector = rule[side];
      if (selector !== undefined && 'class' in selector && !Object.hasOwn(classes, selector.class)) {
        yield at(side, `no class ${selector.class} is listed under classes`);
      }
    }
    const same = JSON.stringify([rule.per, ...limitSelectors.map((selector) => rule[selector] ?? null)]);
    const former = ruleAt.get(same);
    if (former === undefined) ruleAt.set(same, index);
    else yield { path: ['limits', index], message: `speaks of the same as limits[${former}]` };
    const cost = rule.interaction === undefined ? largestCost : (costs[rule.interaction] ?? 1);
    if (rule.burst !== undefined && rule.burst >= 1 && rule.burst < cost) {
      yield at('burst', `must be at least ${cost}, what the dearest interaction that can meet it costs`);
    }
  }
}

function* ofFields(
  rule: NonNullable<LooseRule>,
  per: LimitPer,
  at: (key: string, message: string) => Inconsistency,
): Generator<Inconsistency> {
  for (const selector of limitSelectors) {
    if (rule[selector] !== undefined && !selectorsOf[per].includes(selector)) {
      yield at(selector, `does not narrow a limit per ${per}`);
    }
  }
  const [figures, others] = countsInFlight(per)
    ? ([['inFlight'], ['perSecond', 'burst']] as const)
    : ([['perSecond', 'burst'], ['inFlight']] as const);
  for (const name of others) {
    if (rule[name] !== undefined) yield at(name, `is no figure of a limit per ${per}`);
  }
  for (const name of figures) {
    if (rule[name] === undefined && rule.mode !== 'off') yield at(name, `is missing from a limit per ${per}`);
  }
  if (per === 'edge-in-flight' && rule.whenCountersAreAway !== undefined) {
    yield at('whenCountersAreAway', 'means nothing here: an edge counts for itself');
  }
}
