import { setImmediate as nextTurn } from 'node:timers/promises';
import { countHandlers } from './count-handlers.ts';
import { type FiledDirectory, type FiledSystem } from './file-directory.ts';
import { type FiledRules } from './file-rules.ts';
import { linkParties } from './link-parties.ts';
import { namesBorne } from './names-borne.ts';
import { type Snapshot } from './snapshot.ts';

/** What differs between two versions of the rules. */
export type Delta = {
  readonly version: string;
  /** The systems that changed, came or went; of these, `directory` has all that are left. */
  readonly asids: readonly string[];
  /** The parties of which a registration changed, came or went; of these, `directory` has all registrations. */
  readonly partyKeys: readonly string[];
  readonly directory: FiledDirectory;
  /** Null where none of their tables changed. */
  readonly rules: FiledRules | null;
};

/**
 * Makes the snapshot of a later version. The former one stays as it is, so that what fails half-way leaves no mixture; what
 * did not change is shared by both. Lets other work in between its parts.
 */
export async function applyDelta(former: Snapshot, delta: Delta): Promise<Snapshot> {
  const { version, asids, partyKeys, directory, rules } = delta;
  const handlers = replaced(former.handlers, partyKeys, directory.handlers);
  await nextTurn();
  const namesByParty = replaced(former.namesByParty, partyKeys, directory.namesByParty, sameSet);
  await nextTurn();
  const differing = differingSystems(former.systems, delta);
  await nextTurn();
  const systems = replaced(
    former.systems,
    [...asids, ...differing.keys()],
    linkParties(differing.values(), { handlers, namesByParty }),
  );
  await nextTurn();
  const before = countHandlers(partyKeys.map((key) => former.handlers.get(key)));
  const after = countHandlers(directory.handlers.values());
  const { ruleCount, ...filed } = rules ?? { ...rulesOf(former), ruleCount: former.counts.rules };
  const namesKept =
    namesByParty === former.namesByParty &&
    sameNames(former.namesByAsid, filed.namesByAsid) &&
    asids.every((asid) => former.systems.get(asid)?.partyKeyLower === systems.get(asid)?.partyKeyLower);
  return {
    version,
    systems,
    handlers,
    namesByParty,
    ...filed,
    names: namesKept ? former.names : namesBorne({ systems, namesByParty, namesByAsid: filed.namesByAsid }),
    counts: {
      systems: systems.size,
      handlers: former.counts.handlers - before.handlers + after.handlers,
      repeated: former.counts.repeated - before.repeated + after.repeated,
      rules: ruleCount,
    },
  };
}

/** The systems that are left of those that changed, and those of the parties that changed, by ASID. */
function differingSystems(
  former: Snapshot['systems'],
  { asids, partyKeys, directory }: Delta,
): ReadonlyMap<string, FiledSystem> {
  const differing = new Map(directory.systems);
  if (partyKeys.length === 0) return differing;
  const parties = new Set(partyKeys);
  const changed = new Set(asids);
  for (const [asid, system] of former) {
    if (parties.has(system.partyKeyLower) && !changed.has(asid)) differing.set(asid, system);
  }
  return differing;
}

/** The same map where nothing differs, else a copy in which the keys have their fresh values, or are gone. */
function replaced<Value>(
  former: ReadonlyMap<string, Value>,
  keys: readonly string[],
  fresh: ReadonlyMap<string, Value>,
  isSame: (one: Value, other: Value) => boolean = Object.is,
): ReadonlyMap<string, Value> {
  const differing = keys.filter((key) => {
    const [held, given] = [former.get(key), fresh.get(key)];
    return held === undefined || given === undefined ? held !== given : !isSame(held, given);
  });
  if (differing.length === 0) return former;
  const next = new Map(former);
  for (const key of differing) {
    const given = fresh.get(key);
    if (given === undefined) next.delete(key);
    else next.set(key, given);
  }
  return next;
}

const rulesOf = ({ namesByAsid, aliases, policies, agreements }: Snapshot) => ({
  namesByAsid,
  aliases,
  policies,
  agreements,
});

const sameSet = (one: ReadonlySet<string>, other: ReadonlySet<string>) =>
  one.size === other.size && one.isSubsetOf(other);

function sameNames(
  one: ReadonlyMap<string, ReadonlySet<string>>,
  other: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  if (one === other) return true;
  if (one.size !== other.size) return false;
  for (const [key, names] of one) {
    const others = other.get(key);
    if (others === undefined || !sameSet(names, others)) return false;
  }
  return true;
}
