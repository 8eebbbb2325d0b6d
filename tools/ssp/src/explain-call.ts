import { type Explanation } from '@ssp/contracts';
import { TraceId } from '@ssp/spine';
import { askExplanation } from './ask-explanation.ts';
import { type CallOptions } from './call-options.ts';
import { CommandFailure } from './command-fault.ts';
import { explanationText } from './explanation-text.ts';
import { operatorApi } from './operator-api.ts';
import { missing, type PlatformCard } from './platform-card.ts';
import { type PreparedCall } from './prepare-call.ts';
import { type ServiceAddress } from './service-client.ts';
import { say, type Terminal } from './terminal.ts';

/**
 * The operator API that `--explain` asks, or null where it is not wished.
 * @throws UsageFault where nobody says where it is, or the token cannot be read
 */
export function explainingService(
  { explain, authzApi, authzTokenFile, ca, timeout }: CallOptions,
  card: PlatformCard | null,
  terminal: Terminal,
): ServiceAddress | null {
  if (!explain) return null;
  if (authzApi === undefined && card?.authzApi === undefined) {
    throw missing(['--authz-api', '--authz-token-file']);
  }
  const given = {
    timeout,
    ...(authzApi !== undefined && { url: authzApi }),
    ...(authzTokenFile !== undefined && { tokenFile: authzTokenFile }),
    ...(ca !== undefined && { ca }),
  };
  return operatorApi(given, card, terminal);
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
  return askExplanation(
    service,
    [{ traceId: found.data }],
    (line) => say(terminal, line),
    terminal.interrupted,
  );
}

/** Tells the person all of them. */
export function sayExplanations(explanations: readonly Explanation[], terminal: Terminal): void {
  for (const explanation of explanations) terminal.err.write(`\n${explanationText(explanation)}\n`);
}
