import { type EndpointTolerance } from '@ssp/spine';
import { entryOf } from './entry-of.ts';
import { createInterner } from './intern-texts.ts';
import { type Handler, type Snapshot, type System } from './snapshot.ts';
import { type HandlerRow, type SystemRow } from './snapshot-rows.ts';

/** A system by itself: it meets its party when all are filed. */
export type FiledSystem = Omit<System, 'partyNames' | 'partyHandlers'>;

/** What a snapshot is made of that comes from the directory. */
export type FiledDirectory = Pick<Snapshot, 'handlers' | 'namesByParty'> & {
  readonly systems: ReadonlyMap<string, FiledSystem>;
};

export type DirectoryFiler = {
  readonly addSystem: (row: SystemRow) => void;
  /** Of several registrations of one party and interaction the first to come is the one that is named. */
  readonly addHandler: (row: HandlerRow) => void;
  readonly filed: FiledDirectory;
};

/** Takes rows as they arrive and files them; a national directory repeats few texts, so each is kept once. */
export function createDirectoryFiler(tolerance?: EndpointTolerance): DirectoryFiler {
  const intern = createInterner(tolerance);
  const systems = new Map<string, FiledSystem>();
  const handlers = new Map<string, Map<string, Handler[]>>();
  const namesByParty = new Map<string, Set<string>>();
  return {
    filed: { systems, handlers, namesByParty },
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
      const partyKey = intern.text(row.party_key_lower);
      const fqdn = row.fqdn === null ? null : intern.text(row.fqdn.toLowerCase());
      if (fqdn !== null) entryOf(namesByParty, partyKey, newNames).add(fqdn);
      if (row.interaction === null) return;
      const byInteraction = entryOf(handlers, partyKey, newInteractions);
      const interaction = intern.text(row.interaction);
      const { endpoints, shownEndpoint } = intern.endpoints(row.endpoints);
      const handler: Handler = {
        cpaId: row.cpa_id,
        endpoints,
        shownEndpoint,
        fqdn,
        manufacturerOrg: intern.optional(row.manufacturer_org),
      };
      const registered = byInteraction.get(interaction);
      // A list made with its one entry keeps room for no other; an empty one that grows keeps room for sixteen.
      if (registered === undefined) byInteraction.set(interaction, [handler]);
      else registered.push(handler);
    },
  };
}

const newNames = () => new Set<string>();
const newInteractions = () => new Map<string, Handler[]>();
