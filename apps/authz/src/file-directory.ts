import { type EndpointTolerance } from '@ssp/spine';
import { entryOf } from './entry-of.ts';
import { createInterner } from './intern-texts.ts';
import { type Handler, type Snapshot, type System } from './snapshot.ts';
import { type HandlerRow, type SystemRow } from './snapshot-rows.ts';

/** What a snapshot holds of the directory. */
export type FiledDirectory = Pick<Snapshot, 'systems' | 'handlers' | 'namesByParty'>;

export type DirectoryFiler = {
  readonly addSystem: (row: SystemRow) => void;
  /** Of several registrations of one party and interaction the first to come is the one that is named. */
  readonly addHandler: (row: HandlerRow) => void;
  readonly filed: FiledDirectory;
};

/** Takes rows as they arrive and files them; a national directory repeats few texts, so each is kept once. */
export function createDirectoryFiler(tolerance?: EndpointTolerance): DirectoryFiler {
  const intern = createInterner(tolerance);
  const systems = new Map<string, System>();
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
      entryOf(byInteraction, intern.text(row.interaction), newHandlers).push({
        cpaId: row.cpa_id,
        ...intern.endpoints(row.endpoints),
        fqdn,
        manufacturerOrg: intern.optional(row.manufacturer_org),
      });
    },
  };
}

const newNames = () => new Set<string>();
const newInteractions = () => new Map<string, Handler[]>();
const newHandlers = (): Handler[] => [];
