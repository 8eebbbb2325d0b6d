import { watchFiles } from '@ssp/service';
import { type Logger } from 'pino';
import { interactionPolicies, type PolicyOf, type PolicySettings } from './interaction-policy.ts';
import { readInteractionsFile } from './interactions-file.ts';

/**
 * Policies by the interactions file, which is watched: a changed one counts from the next request on, a broken one is
 * logged and changes nothing.
 * @throws ConfigError at the start, when the file is wrong
 */
export function watchInteractions(
  config: PolicySettings & { readonly file: string | undefined },
  log: Logger,
  resources: AsyncDisposableStack,
): PolicyOf {
  const { file } = config;
  if (file !== undefined) {
    const reload = () => {
      current = interactionPolicies(readInteractionsFile(file), config);
    };
    watchFiles({ what: 'interactions', files: [file] }, reload, log, resources);
  }
  let current = interactionPolicies(readInteractionsFile(file), config);
  return (interactionId) => current(interactionId);
}
