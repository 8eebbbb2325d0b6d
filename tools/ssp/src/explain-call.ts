import { type Explanation } from '@ssp/contracts';
import { TraceId } from '@ssp/spine';
import { resolve } from 'node:path';
import { askExplanation } from './ask-explanation.ts';
import { type CallOptions } from './call-options.ts';
import { CommandFailure } from './command-fault.ts';
import { explanationText } from './explanation-text.ts';
import { missing, type PlatformCard } from './platform-card.ts';
import { type PreparedCall } from './prepare-call.ts';
import { readToken } from './read-token.ts';
import { type ServiceAddress } from './service-client.ts';
import { say, type Terminal } from './terminal.ts';

/**
 * The operator API that `--explain` asks, or null where it is not wished.
 * @throws UsageFault where nobody says where it is, or the token cannot be read
 */
export function explainingService(
  options: CallOptions,
  card: PlatformCard | null,
  { cwd }: Terminal,
): ServiceAddress | null {
  if (!options.explain) return null;
  const url = options.authzApi ?? card?.authzApi;
  if (url === undefined) throw missing(['--authz-api', '--authz-token-file']);
  // The card's token is for the card's service alone.
  const ofCard = options.authzApi === undefined ? (card?.tokens?.operator ?? null) : null;
  const tokenFile = options.authzTokenFile;
  return {
    name: 'the operator API',
    url,
    token: tokenFile === undefined ? ofCard : readToken(resolve(cwd, tokenFile)),
    tls: { ca: options.ca === undefined ? null : resolve(cwd, options.ca), cert: null, key: null },
    timeoutMs: options.timeout,
  };
}

/** Why the call that was sent was decided so. @throws CommandFailure where nobody can say */
export async function explainCall(
  service: ServiceAddress,
  { traceId }: PreparedCall,
  terminal: Terminal,
): Promise<readonly Explanation[]> {
  const found = TraceId.safeParse(traceId);
  if (!found.success) {
    throw new CommandFailure('without one sound Ssp-TraceID the request is not found in the audit');
  }
  say(terminal, 'asking why; the exchange reaches the audit within about a second');
  return askExplanation(service, { traceId: found.data }, terminal.interrupted);
}

/** Tells the person all of them. */
export function sayExplanations(explanations: readonly Explanation[], terminal: Terminal): void {
  for (const explanation of explanations) terminal.err.write(`\n${explanationText(explanation)}\n`);
}
