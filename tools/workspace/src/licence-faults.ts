import { z } from 'zod';

/** What of a lock file says who may use what is installed. */
export const LockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().default(false),
      link: z.boolean().default(false),
    }),
  ),
});
export type LockFile = z.output<typeof LockFile>;

export type LicenceRules = {
  /** SPDX names under which anything may be used. */
  readonly allowed: readonly string[];
  /** Those under which tools may be, which are not handed on with the product. */
  readonly allowedForTools: readonly string[];
  /** Packages of which the lock file says nothing → their licence and where that stands. */
  readonly known: Readonly<Record<string, { readonly licence: string; readonly why: string }>>;
};

const folder = 'node_modules/';

/** Names each package whose licence is not allowed, or that has none; and each exception that nothing needs any more. */
export function licenceFaults({ packages }: LockFile, rules: LicenceRules): readonly string[] {
  const needed = new Set<string>();
  const faults = Object.entries(packages).flatMap(([path, { version, license, dev, link }]) => {
    if (!path.includes(folder) || link) return [];
    const name = path.slice(path.lastIndexOf(folder) + folder.length);
    const known = license === undefined ? rules.known[name] : undefined;
    if (known !== undefined) needed.add(name);
    const licence = license ?? known?.licence ?? familyLicence(name, packages);
    const allowed = dev ? [...rules.allowed, ...rules.allowedForTools] : rules.allowed;
    if (licence !== undefined && choicesOf(licence).some((one) => allowed.includes(one))) return [];
    return [`${name}@${version ?? '?'}${dev ? ' (a tool)' : ''}: ${licence ?? 'no licence'}`];
  });
  const idle = Object.keys(rules.known).filter((name) => !needed.has(name));
  return [...faults, ...idle.map((name) => `${name}: an exception that nothing needs`)];
}

/** Of `(MIT OR Apache-2.0)` either will do; what is joined by AND stays one text, and is allowed as such or not at all. */
function choicesOf(licence: string): readonly string[] {
  return licence.replaceAll(/^\(|\)$/g, '').split(' OR ');
}

/** Binaries for other machines are not there to look at: `@oxlint/binding-…` is of `oxlint`, which chooses among them. */
function familyLicence(name: string, packages: LockFile['packages']): string | undefined {
  const [scope = '', rest] = name.split('/');
  return rest === undefined ? undefined : packages[`${folder}${scope.slice(1)}`]?.license;
}
