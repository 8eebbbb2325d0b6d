import {
  type HeldLimits,
  limitedText,
  limitText,
  limitUseText,
  ShownLimits,
  type ThrottleUseAnswer,
} from '@ssp/contracts';
import { formatProperties, formatTable } from './table.ts';

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
    limitedText(rule),
    limitText(rule),
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
                limitUseText(limit),
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
