import { Asid } from '@ssp/spine';
import {
  type AccreditedSystem,
  type MessageHandler,
  type Organisation,
  type RowKind,
  type SetAsideReason,
} from './directory.ts';

/** An entry as it came over LDAP: attribute names in any case, one value or many. */
export type LdapEntry = {
  readonly dn: string;
  readonly [attribute: string]: Buffer | readonly Buffer[] | readonly string[] | string;
};

export type ReadEntry =
  | { readonly kind: 'system'; readonly system: AccreditedSystem }
  | { readonly kind: 'handler'; readonly handler: MessageHandler }
  | { readonly kind: 'organisation'; readonly organisation: Organisation }
  | { readonly kind: 'senseless'; readonly of: RowKind; readonly reason: SetAsideReason };

/** Makes sense of one entry, or says why there is none to make. */
export function readEntry(entry: LdapEntry): ReadEntry {
  const attributes = attributesOf(entry);
  let of: RowKind = 'organisation';
  try {
    const classes = new Set(attributes.all('objectClass').map((name) => name.toLowerCase()));
    if (classes.has('nhsas')) {
      of = 'system';
      return { kind: 'system', system: readSystem(attributes) };
    }
    if (classes.has('nhsmhs')) {
      of = 'handler';
      return { kind: 'handler', handler: readHandler(attributes) };
    }
    return { kind: 'organisation', organisation: readOrganisation(attributes) };
  } catch (error) {
    if (!(error instanceof Senseless)) throw error;
    return { kind: 'senseless', of, reason: error.reason };
  }
}

/** Which state of an entry this is; null where the server does not tell. */
export type Revision = { readonly modified: string | null; readonly revision: string | null };

/** Reads an entry's revision: the sequence number of its last change where there is one, as two changes can share a second. */
export function readRevision(entry: LdapEntry): Revision {
  let modified: string | null = null;
  let sequence: string | null = null;
  for (const name of Object.keys(entry)) {
    const attribute = name.toLowerCase();
    if (attribute === 'modifytimestamp') {
      const text = firstOf(entry[name]);
      if (text !== null && /^\d{14}(\.\d+)?Z$/.test(text)) modified = text;
    } else if (attribute === 'entrycsn') {
      sequence = firstOf(entry[name]);
    }
  }
  return { modified, revision: sequence ?? modified };
}

type Values = LdapEntry[string];

function firstOf(values: Values | undefined): string | null {
  const first = typeof values === 'string' || Buffer.isBuffer(values) ? values : values?.[0];
  return first?.toString() ?? null;
}

class Senseless extends Error {
  override readonly name = 'Senseless';
  readonly reason: SetAsideReason;
  constructor(reason: SetAsideReason) {
    super(reason);
    this.reason = reason;
  }
}

function readSystem(attributes: Attributes): AccreditedSystem {
  const asid = attributes.one('uniqueIdentifier') ?? senseless('identifier-missing');
  if (!Asid.safeParse(asid).success) senseless('asid-malformed');
  return {
    asid,
    ods: attributes.one('nhsIDCode') ?? senseless('ods-missing'),
    partyKey: attributes.one('nhsMHSPartyKey') ?? senseless('party-key-missing'),
    manufacturerOrg: attributes.first('nhsMhsManufacturerOrg'),
    productName: attributes.first('nhsProductName'),
    interactions: distinct(attributes.all('nhsAsSvcIA')),
    categoryBag: distinct(attributes.all('nhsAsCategoryBag')),
  };
}

function readHandler(attributes: Attributes): MessageHandler {
  const handlerId = attributes.one('uniqueIdentifier') ?? senseless('identifier-missing');
  const partyKey = attributes.one('nhsMHSPartyKey') ?? senseless('party-key-missing');
  const interaction = attributes.one('nhsMhsSvcIA');
  const fqdn = attributes.one('nhsMhsFQDN');
  if (interaction === null && fqdn === null) senseless('nothing-registered');
  return {
    handlerId,
    cpaId: attributes.one('nhsMhsCPAId') ?? handlerId,
    partyKey,
    ods: attributes.first('nhsIDCode'),
    interaction,
    endpoints: attributes.all('nhsMHSEndPoint'),
    fqdn,
    manufacturerOrg: attributes.first('nhsMhsManufacturerOrg'),
  };
}

function readOrganisation(attributes: Attributes): Organisation {
  const ods = attributes.one('nhsIDCode') ?? attributes.one('uniqueIdentifier') ?? senseless('ods-missing');
  return { ods, name: attributes.first('o') };
}

function senseless(reason: SetAsideReason): never {
  throw new Senseless(reason);
}

type Attributes = {
  readonly all: (name: string) => readonly string[];
  /** The attribute's only value; two of what should be one make no sense. */
  readonly one: (name: string) => string | null;
  /** For what is only described, the least of its values, so that two loads agree. */
  readonly first: (name: string) => string | null;
};

function attributesOf(entry: LdapEntry): Attributes {
  const byName = new Map<string, string[]>();
  for (const [name, value] of Object.entries(entry)) {
    // An asked-for attribute that is missing comes as an empty list under the name asked for.
    const values = byName.get(name.toLowerCase()) ?? [];
    for (const item of [value].flat()) {
      const text = item.toString().trim();
      if (text !== '') values.push(text);
    }
    byName.set(name.toLowerCase(), values);
  }
  const all = (name: string) => {
    const values = byName.get(name.toLowerCase()) ?? [];
    if (values.some((value) => unreadable.test(value))) senseless('value-unreadable');
    return values;
  };
  return {
    all,
    one: (name) => {
      const [value, ...others] = new Set(all(name));
      if (others.length > 0) senseless('value-repeated');
      return value ?? null;
    },
    first: (name) => all(name).toSorted()[0] ?? null,
  };
}

// Control characters (Postgres cannot store NUL), a sign of bytes that are not UTF-8, or more than any real value has.
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const unreadable = /[\u0000-\u001f\u007f\ufffd]|^.{2049}/;

const distinct = (values: readonly string[]) => [...new Set(values)].toSorted();
