import { type DirectoryEntry, type Search, valuesOf } from './directory.ts';
import {
  type DirectoryQuery,
  everythingOf,
  handlerOf,
  handlerOfParty,
  organisationOf,
  systemOf,
  systemOfParty,
  type Wanted,
} from './directory-queries.ts';

/**
 * The two published orders: message handler first, then its system; or the older one, system first, then its message
 * handler. They answer the same where a provider is registered whole.
 */
export const queryOrders = ['mhs-first', 'as-first'] as const;
export type QueryOrder = (typeof queryOrders)[number];

/** One system that takes the interaction, and where. */
export type RegisteredProvider = {
  readonly asid: string;
  readonly partyKey: string;
  /** Service root URLs, verbatim; the directory may hold several, of which any may be called. */
  readonly endpoints: readonly string[];
};

/** What was asked, and what came. */
export type LookUp = { readonly query: DirectoryQuery; readonly entries: readonly DirectoryEntry[] };

export type Resolution = {
  readonly order: QueryOrder;
  /** In the order in which they were asked, those included that say why nothing was found. */
  readonly lookUps: readonly LookUp[];
  readonly outcome: ResolutionOutcome;
};

export type ResolutionOutcome =
  | { readonly state: 'found'; readonly provider: RegisteredProvider }
  /** Which of them to call is not the directory's to say; where one was named, it is none of them. */
  | { readonly state: 'several-systems'; readonly providers: readonly RegisteredProvider[] }
  | { readonly state: 'organisation-unknown' }
  /** The organisation is there; `registered` is what it has instead. */
  | { readonly state: 'not-registered'; readonly registered: readonly string[] }
  /** The first half was found, and what it leads to was not. */
  | { readonly state: 'half-registered'; readonly lacks: 'message-handler' | 'system' };

/** Finds the ASID and the endpoint of the one system that takes an interaction for an organisation. */
export async function resolveProvider(
  search: Search,
  wanted: Wanted,
  how: {
    readonly order: QueryOrder;
    readonly baseDn: string;
    /** The system to take where there are several. */
    readonly asid?: string | undefined;
  },
): Promise<Resolution> {
  const { order, baseDn, asid } = how;
  const lookUps: LookUp[] = [];
  const ask: Search = async (query) => {
    const entries = await search(query);
    lookUps.push({ query, entries });
    return entries;
  };
  const follow = order === 'mhs-first' ? handlerThenSystem : systemThenHandler;
  const providers = await follow(ask, wanted, baseDn);
  const [provider, ...others] =
    asid === undefined ? providers : providers.filter((each) => each.asid === asid);
  if (provider === undefined && providers.length > 0) {
    return { order, lookUps, outcome: { state: 'several-systems', providers } };
  }
  if (provider === undefined) {
    const began = (lookUps[0]?.entries.length ?? 0) > 0;
    const lacks = order === 'mhs-first' ? 'system' : 'message-handler';
    const outcome = began
      ? ({ state: 'half-registered', lacks } as const)
      : await whyNothing(ask, wanted.odsCode, baseDn);
    return { order, lookUps, outcome };
  }
  if (others.length > 0) return { order, lookUps, outcome: { state: 'several-systems', providers } };
  return { order, lookUps, outcome: { state: 'found', provider } };
}

async function handlerThenSystem(
  ask: Search,
  wanted: Wanted,
  baseDn: string,
): Promise<readonly RegisteredProvider[]> {
  const handlers = await ask(handlerOf(wanted, baseDn));
  const providers: RegisteredProvider[] = [];
  for (const [partyKey, own] of byPartyKey(handlers)) {
    const endpoints = endpointsOf(own);
    if (endpoints.length === 0) continue;
    const systems = await ask(systemOfParty(wanted, partyKey, baseDn));
    for (const asid of asidsOf(systems)) providers.push({ asid, partyKey, endpoints });
  }
  return providers;
}

async function systemThenHandler(
  ask: Search,
  wanted: Wanted,
  baseDn: string,
): Promise<readonly RegisteredProvider[]> {
  const systems = await ask(systemOf(wanted, baseDn));
  const providers: RegisteredProvider[] = [];
  for (const [partyKey, own] of byPartyKey(systems)) {
    const endpoints = endpointsOf(await ask(handlerOfParty(wanted, partyKey, baseDn)));
    if (endpoints.length === 0) continue;
    for (const asid of asidsOf(own)) providers.push({ asid, partyKey, endpoints });
  }
  return providers;
}

/** Party keys are compared without case (caseIgnoreMatch); an entry without one leads nowhere. */
function byPartyKey(entries: readonly DirectoryEntry[]): ReadonlyMap<string, readonly DirectoryEntry[]> {
  const groups = new Map<string, { readonly partyKey: string; readonly own: DirectoryEntry[] }>();
  for (const entry of entries) {
    const [partyKey] = valuesOf(entry, 'nhsMhsPartyKey');
    if (partyKey === undefined) continue;
    const group = groups.get(partyKey.toLowerCase()) ?? { partyKey, own: [] };
    group.own.push(entry);
    groups.set(partyKey.toLowerCase(), group);
  }
  return new Map(Array.from(groups.values(), ({ partyKey, own }) => [partyKey, own]));
}

// Values of an attribute have no order; sorted, two look-ups agree on the first.
const distinct = (values: readonly string[]) => Array.from(new Set(values)).toSorted();

const endpointsOf = (entries: readonly DirectoryEntry[]) =>
  distinct(entries.flatMap((entry) => valuesOf(entry, 'nhsMhsEndPoint')));

const asidsOf = (entries: readonly DirectoryEntry[]) =>
  distinct(entries.flatMap((entry) => valuesOf(entry, 'uniqueIdentifier')));

async function whyNothing(ask: Search, odsCode: string, baseDn: string): Promise<ResolutionOutcome> {
  const entries = await ask(everythingOf(odsCode, baseDn));
  const registered = distinct(
    entries.flatMap((entry) => [...valuesOf(entry, 'nhsMhsSvcIA'), ...valuesOf(entry, 'nhsAsSvcIA')]),
  );
  if (registered.length > 0) return { state: 'not-registered', registered };
  const organisations = await ask(organisationOf(odsCode, baseDn));
  return organisations.length > 0
    ? { state: 'not-registered', registered: [] }
    : { state: 'organisation-unknown' };
}
