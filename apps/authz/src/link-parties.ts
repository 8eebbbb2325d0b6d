import { type FiledSystem } from './file-directory.ts';
import { type Snapshot, type System } from './snapshot.ts';

type Parties = Pick<Snapshot, 'handlers' | 'namesByParty'>;

/** Gives each system what its party has, so that a decision finds it without looking the party up. */
export function linkParties(
  systems: Iterable<FiledSystem>,
  { handlers, namesByParty }: Parties,
): ReadonlyMap<string, System> {
  const linked = new Map<string, System>();
  for (const system of systems) {
    linked.set(system.asid, {
      asid: system.asid,
      ods: system.ods,
      partyKeyLower: system.partyKeyLower,
      interactions: system.interactions,
      categories: system.categories,
      manufacturerOrg: system.manufacturerOrg,
      productName: system.productName,
      partyNames: namesByParty.get(system.partyKeyLower),
      partyHandlers: handlers.get(system.partyKeyLower),
    });
  }
  return linked;
}
