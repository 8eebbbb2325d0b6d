/** A schema as a program finds it. */
export type FoundSchema = {
  readonly schema: string;
  /** Names of the migrations that the program was made with, without `.sql`. */
  readonly ours: readonly string[];
  readonly applied: readonly string[];
  /** The program that brings it up to date. */
  readonly migrate: string;
};

/**
 * Says why a program cannot work with a schema; null where it can. A newer schema serves it, but for a migration that takes something away:
 * its name ends in `_after_NNN`, and it serves those alone who know migration NNN.
 */
export function judgeSchema({ schema, ours, applied, migrate }: FoundSchema): string | null {
  const missing = ours.filter((name) => !applied.includes(name)).toSorted();
  if (missing.length > 0)
    return `the schema ${schema} lacks ${missing.join(', ')}: run node ${migrate} (docs/upgrade.md)`;
  for (const name of applied.filter((each) => !ours.includes(each))) {
    const needed = /_after_(\d{3})$/.exec(name)?.[1];
    if (needed !== undefined && !ours.some((each) => each.startsWith(`${needed}_`)))
      return `the schema ${schema} has ${name}, which serves no program as old as this one, without migration ${needed}: start a newer one (docs/upgrade.md)`;
  }
  return null;
}
