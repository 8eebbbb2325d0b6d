import { readEndpoint } from '@ssp/spine';
import { aliasRow, handlerRow, systemRow } from './explained-row.ts';
import { type Grounds, listed, systemOf, type ToldCheck } from './told-check.ts';

/** D: what the receiver's party has registered. */
export function tellReceiver(grounds: Grounds): ToldCheck {
  const { to, interactionId } = grounds.facts.ask;
  const receiver = systemOf(grounds, to);
  if (receiver === undefined) return unknownReceiver(to);
  const found = registrations(grounds);
  const shown = systemRow(receiver, `organisation ${receiver.ods}`);
  if (found.rows.length > 0) {
    return {
      why: `Party ${receiver.party_key} of ASID ${to} has registered ${found.interaction}${found.interaction === interactionId ? '' : `, which ${interactionId} is an alias of`}.`,
      rows: [
        shown,
        ...found.rows.map((row) => handlerRow(row, `CPA ${row.cpa_id}, ${row.interaction ?? ''}`)),
        ...found.aliases,
      ],
      remedy: '',
    };
  }
  const all = new Set(partyHandlers(grounds).flatMap(({ interaction }) => interaction ?? []));
  const alias = grounds.rows.aliases[0]?.registered;
  return {
    why: `Party ${receiver.party_key} of ASID ${to} has not registered ${interactionId}${alias === undefined ? '' : ` nor ${alias}, for which it is an alias`}; it has registered ${listed([...all])}.`,
    rows: [shown, ...found.aliases],
    remedy: `Register interaction ${alias ?? interactionId} on a message handler (nhsMhs) of party ${receiver.party_key}.`,
  };
}

/** E: what of the target differs from each registered endpoint. */
export function tellEndpoint(grounds: Grounds): ToldCheck {
  const { ask, endpoint } = grounds.facts;
  const target = `https://${ask.targetHost}${ask.targetPath}`;
  const found = registrations(grounds).rows;
  const shown = found.map((row) =>
    handlerRow(row, `CPA ${row.cpa_id}, endpoint ${row.endpoints.replaceAll('\n', ' ') || 'none'}`),
  );
  if (endpoint !== undefined) {
    return {
      why: `${target} lies under the registered ${endpoint.registered}.`,
      rows: shown.filter(({ says }) => says.includes(endpoint.registered)),
      remedy: '',
    };
  }
  const registered = found.flatMap(({ endpoints }) => (endpoints === '' ? [] : endpoints.split('\n')));
  if (registered.length === 0) {
    return {
      why: 'There is no registered endpoint that the target could lie under.',
      rows: shown,
      remedy: `Have the receiver register the interaction with an endpoint (nhsMhsEndPoint).`,
    };
  }
  return {
    why: registered.map((value) => variance(value, ask.targetHost, target)).join(' '),
    rows: shown,
    remedy: `Ask for a URL under ${registered[0] ?? ''} exactly as the directory has it, or have the receiver register the endpoint that it really has.`,
  };
}

function variance(registered: string, targetHost: string, target: string): string {
  const endpoint = readEndpoint(registered);
  if (endpoint === null) {
    return `The registered ${registered} is no URL that a target can lie under (https, without port or query).`;
  }
  const differs = endpoint.host === targetHost.toLowerCase() ? 'path' : 'host';
  return `The target ${target} does not lie under the registered ${registered}: its ${differs} is another.`;
}

function unknownReceiver(to: string): ToldCheck {
  return {
    why: `No accredited system has the ASID ${to} of Ssp-To.`,
    rows: [],
    remedy: `Send the ASID that the directory has for the receiver as Ssp-To, or register the system ${to} (nhsAs).`,
  };
}

function partyHandlers(grounds: Grounds) {
  const receiver = systemOf(grounds, grounds.facts.ask.to);
  return grounds.rows.handlers.filter((row) => row.party_key_lower === receiver?.party_key_lower);
}

/** Those of the interaction, or, where there are none, of what it is an alias of: as the decision takes them. */
function registrations(grounds: Grounds) {
  const { interactionId } = grounds.facts.ask;
  const handlers = partyHandlers(grounds);
  const direct = handlers.filter((row) => row.interaction === interactionId);
  const [alias] = grounds.rows.aliases;
  if (direct.length > 0 || alias === undefined)
    return { interaction: interactionId, rows: direct, aliases: [] };
  const rows = handlers.filter((row) => row.interaction === alias.registered);
  return { interaction: alias.registered, rows, aliases: [aliasRow(alias)] };
}
