import {
  type HeldLimits,
  limitedText,
  limitText,
  limitUseText,
  ShownLimits,
  type ThrottleUseAnswer,
  type UsageReport,
} from '@ssp/contracts';
import { formatCount } from '../number-forms.ts';
import { formatMoment } from './moment-form.ts';

type Rows = readonly (readonly string[])[];

/** What the page of limits shows. */
export type LimitsContent = {
  readonly asid: string;
  readonly inForce: {
    readonly version: string;
    /** Null for the defaults, which nobody made. */
    readonly made: { readonly at: string; readonly who: string; readonly why: string } | null;
    /** Null where this release cannot read the document. */
    readonly rules: Rows | null;
  };
  /** Of the consumer asked about; null where none is, or throttle does not know. */
  readonly use: { readonly limits: Rows; readonly refusals: Rows } | null;
  /** Requests of this month that were refused, by consumer; null where billing cannot tell. */
  readonly refused: Rows | null;
};

/** Lays out the limits, a consumer's use of them, and who was refused. */
export function limitsContent(
  asid: string,
  held: HeldLimits,
  use: ThrottleUseAnswer | null,
  report: Pick<UsageReport, 'rows'> | null,
): LimitsContent {
  return {
    asid,
    inForce: {
      version: held.version,
      made: held.at === null ? null : { at: formatMoment(held.at), who: held.who, why: held.why },
      rules: rulesOf(held),
    },
    use: use === null ? null : useOf(use),
    refused: report === null ? null : refusedOf(report),
  };
}

function rulesOf({ document }: HeldLimits): Rows | null {
  const read = ShownLimits.safeParse(document);
  if (!read.success) return null;
  return read.data.limits.map((rule) => [rule.id, rule.per, limitedText(rule), limitText(rule), rule.mode]);
}

function useOf({ consumers }: ThrottleUseAnswer): NonNullable<LimitsContent['use']> {
  return {
    limits: consumers.flatMap(({ limits }) =>
      limits.map((limit) => [
        limit.rule,
        limitUseText(limit),
        `${limit.perSecond}/s, burst ${limit.limit}`,
        limit.use === null ? 'kept for each by itself' : `${limit.use.remaining} of ${limit.limit}`,
        limit.mode,
      ]),
    ),
    refusals: consumers.flatMap(({ refusals }) =>
      refusals.map((refusal) => [
        formatMoment(refusal.at),
        formatCount(refusal.times),
        refusal.rule,
        refusal.to,
        refusal.interactionId,
      ]),
    ),
  };
}

/** Those refused most first. */
function refusedOf({ rows }: Pick<UsageReport, 'rows'>): Rows {
  return rows
    .filter(({ outcome }) => outcome === 'refused' || outcome === 'throttled')
    .toSorted((left, right) => right.requests - left.requests)
    .map(({ consumerAsid = '', consumerOds = '', outcome, requests }) => [
      `${consumerAsid} (${consumerOds})`,
      outcome === 'throttled' ? 'No room within the limits' : 'Refused otherwise',
      formatCount(requests),
    ]);
}
