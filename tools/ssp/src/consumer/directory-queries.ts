import { escapeFilter } from 'ldapts';

/** One search of the directory, always of the whole subtree under `base`. */
export type DirectoryQuery = {
  readonly base: string;
  /** RFC 4515; what was asked for is escaped in it. */
  readonly filter: string;
  readonly attributes: readonly string[];
};

/** What a provider is looked up by. ODS codes and interaction ids are compared with their case. */
export type Wanted = {
  readonly odsCode: string;
  readonly interaction: string;
};

/** Where systems (nhsAs) and message handlers (nhsMhs) are. */
const servicesOf = (baseDn: string) => `ou=Services,${baseDn}`;

/** The order of today's specification: the message handler by organisation and interaction, … */
export function handlerOf({ odsCode, interaction }: Wanted, baseDn: string): DirectoryQuery {
  return {
    base: servicesOf(baseDn),
    filter: escapeFilter`(&(nhsIDCode=${odsCode})(objectClass=nhsMhs)(nhsMhsSvcIA=${interaction}))`,
    attributes: ['nhsMhsEndPoint', 'nhsMhsPartyKey'],
  };
}

/** … then the system by organisation and the handler's party key. */
export function systemOfParty({ odsCode }: Wanted, partyKey: string, baseDn: string): DirectoryQuery {
  return {
    base: servicesOf(baseDn),
    filter: escapeFilter`(&(nhsIDCode=${odsCode})(objectClass=nhsAs)(nhsMHSPartyKey=${partyKey}))`,
    attributes: ['uniqueIdentifier'],
  };
}

/** The older order, which many consumers still use: the system by organisation and interaction, … */
export function systemOf({ odsCode, interaction }: Wanted, baseDn: string): DirectoryQuery {
  return {
    base: servicesOf(baseDn),
    filter: escapeFilter`(&(nhsIDCode=${odsCode})(objectClass=nhsAs)(nhsAsSvcIA=${interaction}))`,
    attributes: ['uniqueIdentifier', 'nhsMhsPartyKey'],
  };
}

/** … then the message handler by the system's party key and the interaction, whosever organisation it is. */
export function handlerOfParty({ interaction }: Wanted, partyKey: string, baseDn: string): DirectoryQuery {
  return {
    base: servicesOf(baseDn),
    filter: escapeFilter`(&(nhsMhsPartyKey=${partyKey})(objectClass=nhsMhs)(nhsMhsSvcIA=${interaction}))`,
    attributes: ['nhsMhsEndPoint', 'nhsMhsFQDN'],
  };
}

/** For who found nothing: whatever an organisation has registered. */
export function everythingOf(odsCode: string, baseDn: string): DirectoryQuery {
  return {
    base: servicesOf(baseDn),
    filter: escapeFilter`(nhsIDCode=${odsCode})`,
    attributes: ['nhsAsSvcIA', 'nhsMhsSvcIA'],
  };
}

/** For who found nothing at all: whether the organisation itself is there. */
export function organisationOf(odsCode: string, baseDn: string): DirectoryQuery {
  return {
    base: `ou=Organisations,${baseDn}`,
    filter: escapeFilter`(|(nhsIDCode=${odsCode})(uniqueIdentifier=${odsCode}))`,
    attributes: ['o'],
  };
}
