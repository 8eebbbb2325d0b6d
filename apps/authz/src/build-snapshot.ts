import { type Endpoint, type EndpointTolerance, readEndpoint } from '@ssp/spine';
import {
  type BySelector,
  type Capability,
  type Handler,
  type InteractionPolicy,
  type Rule,
  type Snapshot,
  type System,
} from './snapshot.ts';

/**
 * Rows as the tables hold them, one batch after another so that no more than a batch is in memory twice. Lists are one
 * text of lines, since most systems share theirs and a text known already need not be taken apart.
 */
export type SystemRow = {
  readonly asid: string;
  readonly ods: string;
  readonly party_key_lower: string;
  readonly interactions: string;
  readonly categories: string;
  readonly manufacturer_org: string | null;
  readonly product_name: string | null;
};
export type HandlerRow = {
  readonly party_key_lower: string;
  readonly interaction: string | null;
  readonly cpa_id: string;
  readonly endpoints: string;
  readonly fqdn: string | null;
  readonly manufacturer_org: string | null;
};
export type CertificateNameRow = { readonly asid: string; readonly fqdn: string };
export type AliasRow = { readonly requested: string; readonly registered: string };
export type CapabilityRow = { readonly capability: string; readonly interaction: string };
export type PolicyRow = { readonly interaction: string } & InteractionPolicy;
export type AgreementRow = {
  readonly rule_id: string;
  readonly agreement_id: string;
  readonly priority: number;
  readonly from_asid: string | null;
  readonly from_ods: string | null;
  readonly to_asid: string | null;
  readonly to_ods: string | null;
  readonly interaction: string | null;
  readonly capability: string | null;
  readonly effect: 'allow' | 'deny';
  readonly valid_from: Date | null;
  readonly valid_to: Date | null;
};

export type SnapshotBuilder = {
  readonly addSystem: (row: SystemRow) => void;
  readonly addHandler: (row: HandlerRow) => void;
  readonly finish: (rest: {
    readonly version: string;
    readonly certificateNames: readonly CertificateNameRow[];
    readonly aliases: readonly AliasRow[];
    readonly capabilities: readonly CapabilityRow[];
    readonly policies: readonly PolicyRow[];
    readonly agreements: readonly AgreementRow[];
  }) => Snapshot;
};

/** Takes rows as they arrive and files them; a national directory repeats few texts, so each is kept once. */
export function createSnapshotBuilder(tolerance?: EndpointTolerance): SnapshotBuilder {
  const intern = createInterner(tolerance);
  const systems = new Map<string, System>();
  const handlers = new Map<string, Map<string, Handler[]>>();
  const namesByParty = new Map<string, Set<string>>();
  let handlerCount = 0;
  let repeated = 0;
  return {
    addSystem: (row) => {
      systems.set(row.asid, {
        asid: row.asid,
        ods: intern.text(row.ods.toUpperCase()),
        partyKeyLower: intern.text(row.party_key_lower),
        interactions: intern.set(row.interactions),
        categories: intern.set(row.categories.toLowerCase()),
        manufacturerOrg: intern.optional(row.manufacturer_org),
        productName: intern.optional(row.product_name),
      });
    },
    addHandler: (row) => {
      handlerCount += 1;
      const partyKey = intern.text(row.party_key_lower);
      const fqdn = row.fqdn === null ? null : intern.text(row.fqdn.toLowerCase());
      if (fqdn !== null) entryOf(namesByParty, partyKey, newNames).add(fqdn);
      if (row.interaction === null) return;
      const byInteraction = entryOf(handlers, partyKey, newInteractions);
      const registered = entryOf(byInteraction, intern.text(row.interaction), newHandlers);
      if (registered.length === 1) repeated += 1;
      registered.push({
        cpaId: row.cpa_id,
        ...intern.endpoints(row.endpoints),
        fqdn,
        manufacturerOrg: intern.optional(row.manufacturer_org),
      });
    },
    finish: ({ version, certificateNames, aliases, capabilities, policies, agreements }) => {
      const namesByAsid = new Map<string, Set<string>>();
      for (const { asid, fqdn } of certificateNames) {
        entryOf(namesByAsid, asid, newNames).add(fqdn.toLowerCase());
      }
      return {
        version,
        systems,
        handlers,
        namesByParty,
        namesByAsid,
        names: namesBorne(systems, namesByParty, namesByAsid),
        aliases: new Map(aliases.map(({ requested, registered }) => [requested, registered])),
        policies: new Map(
          policies.map(({ interaction, agreement, internet }) => [interaction, { agreement, internet }]),
        ),
        agreements: fileAgreements(agreements, collectCapabilities(capabilities)),
        counts: { systems: systems.size, handlers: handlerCount, repeated, rules: agreements.length },
      };
    },
  };
}

const newNames = () => new Set<string>();
const newInteractions = () => new Map<string, Handler[]>();
const newHandlers = (): Handler[] => [];

/** Builds a snapshot from rows that are all at hand. */
export function buildSnapshot(
  rows: {
    readonly systems: readonly SystemRow[];
    readonly handlers: readonly HandlerRow[];
  } & Parameters<SnapshotBuilder['finish']>[0],
  tolerance?: EndpointTolerance,
): Snapshot {
  const builder = createSnapshotBuilder(tolerance);
  for (const row of rows.systems) builder.addSystem(row);
  for (const row of rows.handlers) builder.addHandler(row);
  return builder.finish(rows);
}

function namesBorne(
  systems: ReadonlyMap<string, System>,
  namesByParty: ReadonlyMap<string, ReadonlySet<string>>,
  namesByAsid: ReadonlyMap<string, ReadonlySet<string>>,
): Set<string> {
  const names = new Set<string>();
  for (const { partyKeyLower, asid } of systems.values()) {
    for (const name of namesByParty.get(partyKeyLower) ?? []) names.add(name);
    for (const name of namesByAsid.get(asid) ?? []) names.add(name);
  }
  return names;
}

function collectCapabilities(rows: readonly CapabilityRow[]): ReadonlyMap<string, Capability> {
  const capabilities = new Map<string, { name: string; interactions: Set<string> }>();
  for (const { capability, interaction } of rows) {
    entryOf(capabilities, capability, () => ({ name: capability, interactions: new Set() })).interactions.add(
      interaction,
    );
  }
  return capabilities;
}

/** Orders rules by priority; among equals a deny goes first, then the rule's id decides. */
function fileAgreements(
  rows: readonly AgreementRow[],
  capabilities: ReadonlyMap<string, Capability>,
): BySelector<BySelector<readonly Rule[]>> {
  const ordered = rows.toSorted(
    (left, right) =>
      left.priority - right.priority ||
      Number(left.effect === 'allow') - Number(right.effect === 'allow') ||
      (left.rule_id < right.rule_id ? -1 : 1),
  );
  const agreements = newSelector<Growing<Rule[]>>();
  for (const [rank, row] of ordered.entries()) {
    const bySender = fileUnder(agreements, row.from_asid, row.from_ods, () => newSelector<Rule[]>());
    fileUnder(bySender, row.to_asid, row.to_ods, () => []).push({
      rank,
      ruleId: row.rule_id,
      agreementId: row.agreement_id,
      interaction: row.interaction,
      capability: capabilityOf(row, capabilities),
      effect: row.effect,
      validFromMs: row.valid_from?.getTime() ?? null,
      validToMs: row.valid_to?.getTime() ?? null,
    });
  }
  return agreements;
}

// A capability without interactions covers none; taken as any it would.
function capabilityOf(
  { capability }: AgreementRow,
  capabilities: ReadonlyMap<string, Capability>,
): Capability | null {
  if (capability === null) return null;
  return capabilities.get(capability) ?? { name: capability, interactions: new Set() };
}

type Growing<Thing> = { asid: Map<string, Thing>; ods: Map<string, Thing>; any: Thing | null };

const newSelector = <Thing>(): Growing<Thing> => ({ asid: new Map(), ods: new Map(), any: null });

function fileUnder<Thing>(
  selector: Growing<Thing>,
  asid: string | null,
  ods: string | null,
  create: () => Thing,
): Thing {
  if (asid !== null) return entryOf(selector.asid, asid, create);
  if (ods !== null) return entryOf(selector.ods, ods.toUpperCase(), create);
  selector.any ??= create();
  return selector.any;
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const present = map.get(key);
  if (present !== undefined) return present;
  const created = create();
  map.set(key, created);
  return created;
}

function createInterner(tolerance?: EndpointTolerance) {
  const texts = new Map<string, string>();
  const endpoints = new Map<string, Pick<Handler, 'endpoints' | 'shownEndpoint'>>();
  const sets = new Map<string, ReadonlySet<string>>();
  const text = (value: string) => entryOf(texts, value, () => value);
  const split = (lines: string) => (lines === '' ? [] : lines.split('\n').map((line) => text(line)));
  return {
    text,
    optional: (value: string | null) => (value === null ? null : text(value)),
    endpoints: (lines: string) => entryOf(endpoints, lines, () => readEndpoints(split(lines), tolerance)),
    set: (lines: string) => entryOf(sets, lines, () => new Set(split(lines))),
  };
}

function readEndpoints(
  registered: readonly string[],
  tolerance?: EndpointTolerance,
): Pick<Handler, 'endpoints' | 'shownEndpoint'> {
  const endpoints: Endpoint[] = [];
  for (const value of registered) {
    const endpoint = readEndpoint(value, tolerance);
    if (endpoint !== null) endpoints.push(endpoint);
  }
  return { endpoints, shownEndpoint: registered[0] ?? '' };
}
