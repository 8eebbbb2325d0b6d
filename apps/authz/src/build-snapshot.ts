import { type EndpointTolerance } from '@ssp/spine';
import { countHandlers } from './count-handlers.ts';
import { createDirectoryFiler, type FiledDirectory } from './file-directory.ts';
import { type FiledRules, fileRules } from './file-rules.ts';
import { linkParties } from './link-parties.ts';
import { namesBorne } from './names-borne.ts';
import { type Snapshot } from './snapshot.ts';
import { type HandlerRow, type RuleRows, type SystemRow } from './snapshot-rows.ts';

/** Makes the snapshot of one version from its parts. */
export function toSnapshot(
  version: string,
  { systems: filed, handlers, namesByParty }: FiledDirectory,
  { ruleCount, ...rules }: FiledRules,
): Snapshot {
  const systems = linkParties(filed.values(), { handlers, namesByParty });
  return {
    version,
    systems,
    handlers,
    namesByParty,
    ...rules,
    names: namesBorne({ systems, namesByParty, namesByAsid: rules.namesByAsid }),
    counts: { systems: systems.size, ...countHandlers(handlers.values()), rules: ruleCount },
  };
}

/** Builds a snapshot from rows that are all at hand. */
export function buildSnapshot(
  rows: {
    readonly version: string;
    readonly systems: readonly SystemRow[];
    readonly handlers: readonly HandlerRow[];
  } & RuleRows,
  tolerance?: EndpointTolerance,
): Snapshot {
  const filer = createDirectoryFiler(tolerance);
  for (const row of rows.systems) filer.addSystem(row);
  for (const row of rows.handlers) filer.addHandler(row);
  return toSnapshot(rows.version, filer.filed, fileRules(rows));
}
