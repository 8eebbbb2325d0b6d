import { type Snapshot } from './snapshot.ts';

/** Every certificate name that some registered system bears, through its party or by itself. */
export function namesBorne({
  systems,
  namesByParty,
  namesByAsid,
}: Pick<Snapshot, 'systems' | 'namesByParty' | 'namesByAsid'>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { partyKeyLower, asid } of systems.values()) {
    for (const name of namesByParty.get(partyKeyLower) ?? nobody) names.add(name);
    for (const name of namesByAsid.get(asid) ?? nobody) names.add(name);
  }
  return names;
}

const nobody: readonly string[] = [];
