import { type ThrottleAnswer, type ThrottleScope } from '@ssp/contracts';

type RefusedAdmission = Extract<ThrottleAnswer, { admission: 'refuse' }>;

/**
 * What a refused consumer is told of the limit that spoke: its name, window, and when to repeat; how much is used only where
 * it is the consumer's own, for what others use is nobody's to know.
 */
export function allowanceText(refused: RefusedAdmission): string {
  const { rule, limit, windowSeconds, retryAfterSeconds } = refused;
  return `limit ${rule} of ${limit} ${windowText(windowSeconds)}, ${use(refused)}; repeat after ${retryAfterSeconds} s`;
}

/** What the audit keeps of it beside what throttle counted. */
export function allowanceDetail({ limit, windowSeconds, retryAfterSeconds }: RefusedAdmission): string {
  return `${limit} ${windowText(windowSeconds)}; room again after ${retryAfterSeconds} s`;
}

const windowText = (windowSeconds: number | null) =>
  windowSeconds === null ? 'at once' : `in ${windowSeconds} s`;

function use({ scope, limit, remaining }: RefusedAdmission): string {
  if (isOwn(scope)) return `of which you have used ${Math.max(0, limit - remaining)}`;
  // Its limit is the share itself.
  if (scope === 'provider-share')
    return 'your share while the provider has little room left, which you have had';
  return 'which all consumers share';
}

/** Whether a limit counts what one consumer does; its refusals are 429. */
function isOwn(scope: ThrottleScope): boolean {
  return scope === 'consumer' || scope === 'consumer-interaction' || scope === 'consumer-provider';
}
