import { Refusal } from '@ssp/spine';

const timeouts: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

/** What a failed attempt to reach a provider means to the consumer; `target` is shown without its query (spec 7.1). */
export function providerFailure(error: Error, target: string): Refusal {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const refusal = timeouts.has(code) ? 'provider-timeout' : 'provider-unreachable';
  return new Refusal(refusal, { target }, `the provider gave no whole answer: ${code || error.message}`, {
    cause: error,
  });
}
