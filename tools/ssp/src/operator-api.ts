import { type PlatformCard } from './platform-card.ts';
import { type ServiceAddress } from './service-client.ts';
import { serviceAddress, type ServiceOptions } from './service-options.ts';
import { type Terminal } from './terminal.ts';

/** The service whose operator API is meant. */
export type OperatorApi = 'authz' | 'throttle' | 'billing';

/** As a person knows each. */
const namesOf = {
  authz: 'the operator API',
  throttle: 'the operator API of throttle',
  billing: 'billing',
} as const satisfies Record<OperatorApi, string>;

/** The operator API that the options name, else that of the card, asked with the operator's token, billing's with that of billing staff. */
export function operatorApi(
  options: ServiceOptions,
  card: PlatformCard | null,
  terminal: Terminal,
  of: OperatorApi = 'authz',
): ServiceAddress {
  const url = { authz: card?.authzApi, throttle: card?.throttleApi, billing: card?.billingApi }[of];
  const token = of === 'billing' ? card?.tokens?.billing : card?.tokens?.operator;
  const fromCard = url === undefined || token === undefined ? null : { url, token };
  return serviceAddress(namesOf[of], options, fromCard, terminal);
}
