import {
  type ConsumerUse,
  SystemsOfAnswer,
  type SystemsOfAsk,
  systemsOfPath,
  ThrottleUseAnswer,
  type ThrottleUseAsk,
  throttleUsePath,
} from '@ssp/contracts';
import { Refusal } from '@ssp/spine';
import { coalesce } from '../ask/coalesce.ts';
import { type CallSettings, openCalls } from '../ask/open-calls.ts';

/** What the systems of one certificate have of their limits. */
export type OwnUse = {
  /** Version of the limits in force. */
  readonly version: string;
  readonly systems: readonly ConsumerUse[];
  /** Of how many systems the certificate is; more than are shown where there are very many. */
  readonly systemsTotal: number;
};

/** Asks for the systems of these certificate names, or for that one of them. Throws the Refusal that the consumer is to see. */
export type AskOwnUse = (certificateNames: readonly string[], asid: string | null) => Promise<OwnUse>;

const connectionsMax = 2;
/** Visits that are answered at a time; more are told to come again. */
const underWayMax = 32;

/** Opens a way of its own to authz and throttle, so that no exchange waits behind a look at the limits. */
export function openOwnUse(
  settings: { readonly authz: CallSettings; readonly throttle: CallSettings },
  resources: AsyncDisposableStack,
): AskOwnUse {
  const limits = { batchMax: 1, callsInFlightMax: connectionsMax };
  const postToAuthz = openCalls(
    { path: systemsOfPath, answer: SystemsOfAnswer },
    settings.authz,
    connectionsMax,
    resources,
  );
  const postToThrottle = openCalls(
    { path: throttleUsePath, answer: ThrottleUseAnswer },
    settings.throttle,
    connectionsMax,
    resources,
  );
  const systemsOf = coalesce<SystemsOfAsk, SystemsOfAnswer>(
    (asks) => Promise.all(asks.map(postToAuthz)),
    limits,
  );
  const useOf = coalesce<ThrottleUseAsk, ThrottleUseAnswer>(
    (asks) => Promise.all(asks.map(postToThrottle)),
    limits,
  );
  let underWay = 0;

  const ask: AskOwnUse = async (certificateNames, asid) => {
    const systems = await systemsOf({ certificateNames: [...certificateNames], asid }).catch(
      (cause: unknown) => {
        throw new Refusal('authorisation-unavailable', {}, 'authz named no systems', { cause });
      },
    );
    if (!systems.known) throw new Refusal('certificate-name-unknown');
    const asids = new Set(systems.asids);
    if (asids.size === 0) throw new Refusal('sender-not-authorised', { from: asid ?? '' });
    const use = await useOf({ asids: systems.asids }).catch((cause: unknown) => {
      throw new Refusal('throttle-unavailable', {}, 'throttle told nothing of the use', { cause });
    });
    // Whatever throttle says: of somebody else nothing is shown.
    const own = use.consumers.filter((consumer) => asids.has(consumer.asid));
    return { version: use.version, systems: own, systemsTotal: systems.total };
  };
  return async (certificateNames, asid) => {
    if (underWay >= underWayMax)
      throw new Refusal('throttle-unavailable', {}, 'too many look at their limits');
    underWay += 1;
    try {
      return await ask(certificateNames, asid);
    } finally {
      underWay -= 1;
    }
  };
}
