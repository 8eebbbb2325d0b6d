import { type PlatformCard } from './platform-card.ts';
import { type ServiceAddress } from './service-client.ts';
import { serviceAddress, type ServiceOptions } from './service-options.ts';
import { type Terminal } from './terminal.ts';

/** The service whose operator API is meant. */
export type OperatorApi = 'authz' | 'throttle';

/** The operator API that the options name, else that of the card, asked with the operator's token. */
export function operatorApi(
  options: ServiceOptions,
  card: PlatformCard | null,
  terminal: Terminal,
  of: OperatorApi = 'authz',
): ServiceAddress {
  const url = of === 'authz' ? card?.authzApi : card?.throttleApi;
  const fromCard =
    url === undefined || card?.tokens === undefined ? null : { url, token: card.tokens.operator };
  return serviceAddress('the operator API', options, fromCard, terminal);
}
