import { z } from 'zod';
import { type Explanation } from './explanation.ts';
import { type ThrottleScope } from './throttle.ts';
import { type ConsumerLimitUse } from './throttle-use.ts';

const Selector = z.union([z.object({ asid: z.string() }), z.object({ class: z.string() })]).optional();
const shown = z.union([z.string(), z.number()]).optional();

/** A limits document as far as it is shown; whether it is sound is throttle's to say. */
export const ShownLimits = z.object({
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

export type ShownLimits = z.output<typeof ShownLimits>;
type Rule = ShownLimits['limits'][number];

/** What a rule lets through. */
export function limitText({ inFlight, perSecond, burst }: Rule): string {
  return inFlight === undefined ? `${perSecond ?? '-'}/s, burst ${burst ?? '-'}` : `${inFlight} open`;
}

/** Whom a rule is for. */
export function limitedText({ consumer, provider, interaction, supplier }: Rule): string {
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

/** What of a consumer's requests a limit is for. */
export function limitUseText({ interactionId, provider, scope, use }: ConsumerLimitUse): string {
  if (interactionId !== null || provider !== null) return interactionId ?? provider ?? '';
  if (use !== null) return 'all';
  return scope === 'consumer-provider' ? 'each provider' : 'each interaction';
}

type Parties = { readonly from: string; readonly to: string; readonly interactionId: string };

/** The limit that ended an exchange: which, whose, and its figures. */
export function refusingLimitText(
  { answer, rule, scope, limit, remaining, version, counters }: Refusing,
  parties: Parties | null,
): string {
  const whose = scope === null || parties === null ? '' : ` of ${whoseText(scope, parties)}`;
  const left =
    answer === 'unavailable'
      ? ', which is not counted while the shared counters are away'
      : `: ${remaining ?? '?'} of ${limit ?? '?'} left`;
  const counted = counters === 'local' ? ', counted by one process alone' : '';
  return `${rule}${whose}${left}${counted}; version ${version} of the limits`;
}

type Refusing = NonNullable<NonNullable<Explanation['edge']>['limit']>;

function whoseText(scope: ThrottleScope, { from, to, interactionId }: Parties): string {
  const texts: Readonly<Record<ThrottleScope, string>> = {
    consumer: `the consumer ${from}`,
    'consumer-interaction': `the consumer ${from} for ${interactionId}`,
    'consumer-provider': `the consumer ${from} at the provider ${to}`,
    provider: `the provider ${to}, shared by all consumers`,
    'provider-interaction': `the provider ${to} for ${interactionId}, shared by all consumers`,
    'provider-share': `the provider ${to}, as the share of the consumer ${from}`,
    supplier: `the supplier of the provider ${to}, shared by all its systems`,
    global: 'all consumers and providers together',
    'provider-in-flight': `the provider ${to}, for requests open at a time`,
    'edge-in-flight': 'one edge, for requests open at a time',
  };
  return texts[scope];
}
