import { type HeldLimits, type ThrottleUseAnswer } from '@ssp/contracts';
import { z } from 'zod';
import { formatProperties, formatTable } from './table.ts';

const Selector = z.union([z.object({ asid: z.string() }), z.object({ class: z.string() })]).optional();
const shown = z.union([z.string(), z.number()]).optional();

/** A limits document as far as it is shown; whether it is sound is throttle's to say. */
const ShownLimits = z.object({
  classes: z.record(z.string(), z.array(z.string())),
  costs: z.record(z.string(), shown),
  shares: z.object({ weights: z.record(z.string(), shown), below: shown }),
  limits: z.array(
    z.object({
      id: z.string(),
      per: z.string(),
      consumer: Selector,
      provider: Selector,
      interaction: shown,
      supplier: shown,
      perSecond: shown,
      burst: shown,
      inFlight: shown,
      mode: z.string().default('enforce'),
      whenCountersAreAway: z.string().default('admit-locally'),
    }),
  ),
});

/** The limits in force, as a person reads them. */
export function heldLimitsText({ version, at, who, why, kind, document }: HeldLimits): string {
  const read = ShownLimits.safeParse(document);
  const head = formatProperties([
    ['version', version === '0' ? '0, the defaults: no limits were ever loaded' : version],
    ...(at === null
      ? []
      : ([
          ['since', at],
          ['who', who],
          ['why', why],
          ['by', kind],
        ] as const)),
  ]);
  if (!read.success) return `${head}\nThis program cannot read the document: ask with --json.\n`;
  const { classes, costs, shares, limits } = read.data;
  const rules = limits.map((rule) => [
    rule.id,
    rule.per,
    forWhom(rule),
    rule.inFlight === undefined
      ? `${rule.perSecond ?? '-'}/s, burst ${rule.burst ?? '-'}`
      : `${rule.inFlight} open`,
    rule.mode,
    rule.per === 'edge-in-flight' ? '' : rule.whenCountersAreAway,
  ]);
  return [
    head,
    formatTable(['RULE', 'PER', 'FOR', 'LIMIT', 'MODE', 'COUNTERS AWAY'], rules),
    ...sectionOf(
      ['CLASS', 'WEIGHT', 'SYSTEMS'],
      Object.entries(classes).map(([name, asids]) => [
        name,
        String(shares.weights[name] ?? 1),
        asids.join(' '),
      ]),
    ),
    ...sectionOf(
      ['INTERACTION', 'COST'],
      Object.entries(costs).map(([interaction, cost]) => [interaction, String(cost)]),
    ),
    `Shares hold while less than ${shares.below} of a provider's burst is left.\n`,
  ].join('\n');
}

type Rule = z.output<typeof ShownLimits>['limits'][number];

function forWhom({ consumer, provider, interaction, supplier }: Rule): string {
  const parts = [
    ...selectorText('consumer', consumer),
    ...selectorText('provider', provider),
    ...(interaction === undefined ? [] : [String(interaction)]),
    ...(supplier === undefined ? [] : [`supplier ${supplier}`]),
  ];
  return parts.length === 0 ? 'any' : parts.join(', ');
}

function selectorText(name: string, selector: Rule['consumer']): readonly string[] {
  if (selector === undefined) return [];
  return [`${name} ${'asid' in selector ? selector.asid : `class ${selector.class}`}`];
}

function sectionOf(headings: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : [formatTable(headings, rows)];
}

/** What a consumer has of its limits now, and what it was refused last. */
export function useText({ version, consumers }: ThrottleUseAnswer): string {
  return consumers
    .map(({ asid, limits, refusals }) =>
      [
        formatProperties([
          ['asid', asid],
          ['limits', `version ${version}`],
        ]),
        limits.length === 0
          ? 'No limit is kept of this consumer.\n'
          : formatTable(
              ['RULE', 'FOR', 'LIMIT', 'LEFT NOW', 'FULL AGAIN IN', 'MODE'],
              limits.map((limit) => [
                limit.rule,
                limit.interactionId ?? limit.provider ?? eachOf(limit.scope, limit.use),
                `${limit.perSecond}/s, burst ${limit.limit}`,
                limit.use === null ? '-' : `${limit.use.remaining} of ${limit.limit}`,
                limit.use === null ? '-' : `${limit.use.resetSeconds} s`,
                limit.mode,
              ]),
            ),
        refusals.length === 0
          ? 'Nothing was refused to it in the last day.\n'
          : formatTable(
              ['LAST REFUSED AT', 'TIMES', 'RULE', 'WHOSE LIMIT', 'TO', 'INTERACTION', 'RETRY AFTER'],
              refusals.map((it) => [
                it.at,
                String(it.times),
                it.rule,
                it.scope,
                it.to,
                it.interactionId,
                `${it.retryAfterSeconds} s`,
              ]),
            ),
      ].join('\n'),
    )
    .join('\n');
}

function eachOf(scope: string, use: object | null): string {
  if (use !== null) return 'all';
  return scope === 'consumer-provider' ? 'each provider' : 'each interaction';
}
