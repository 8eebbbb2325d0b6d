import { Refusal, type RefusalCode } from '@ssp/spine';
import { type FaultKind, type ProviderFault } from './provider-fault.ts';

const refusals: Readonly<Record<FaultKind, RefusalCode>> = {
  lost: 'provider-unreachable',
  broken: 'provider-unreachable',
  'connect-timeout': 'provider-timeout',
  'first-byte-timeout': 'provider-timeout',
  'idle-timeout': 'provider-timeout',
  'total-timeout': 'provider-timeout',
  'consumer-stalled': 'request-timeout',
  busy: 'provider-busy',
};

/** What a fault of the provider's leg means to the consumer; `target` is shown without its query (spec 7.1). */
export function providerFailure(
  fault: ProviderFault,
  facts: { readonly to: string; readonly target: string; readonly timeoutStatus: 504 | 599 },
): Refusal {
  const code = refusals[fault.kind];
  const asked =
    code === 'provider-timeout' && facts.timeoutStatus === 599 ? 'provider-timeout-unofficial' : code;
  return new Refusal(
    asked,
    { to: facts.to, target: facts.target, detail: fault.kind },
    `the provider gave no whole answer: ${fault.message}`,
    { cause: fault },
  );
}
