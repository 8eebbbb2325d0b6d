import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { reasonOf, UsageFault } from './command-fault.ts';

const Consumer = z.object({
  asid: z.string(),
  odsCode: z.string(),
  fqdn: z.string(),
  cert: z.string(),
  key: z.string(),
});

/** What the command line takes from the card that `npm start` writes; the card may hold more. */
const PlatformCard = z.object({
  version: z.literal(1),
  pid: z.int().optional(),
  edge: z.object({ https: z.url({ protocol: /^https$/ }) }),
  pki: z.object({ ca: z.string() }),
  consumers: z.record(z.string(), Consumer),
  ldap: z.object({ url: z.string(), baseDn: z.string() }),
  /** Processes by service, and the admin listener of each; empty where it has none. */
  services: z.record(z.string(), z.array(z.object({ admin: z.string() }))).optional(),
  /** The operator API; a card of an older platform has none. */
  authzApi: z.string().optional(),
  /** Throttle's. */
  throttleApi: z.string().optional(),
  /** Billing's. */
  billingApi: z.string().optional(),
  /** The audit's. */
  auditApi: z.string().optional(),
  /** The private key of its auditors. */
  auditUrlKey: z.string().optional(),
  /** By which what is stored is proved: the database, public keys, and where checkpoints were given out. */
  verify: z
    .object({
      postgres: z.string(),
      passwordFile: z.string(),
      auditKey: z.string(),
      checkpoints: z.string(),
      statementsKey: z.string(),
    })
    .optional(),
  tokens: z
    .object({ operator: z.string(), auditor: z.string().optional(), billing: z.string().optional() })
    .optional(),
});

/** A card that was read, and from where. */
export type PlatformCard = z.output<typeof PlatformCard> & {
  /** The card's own file, as a person would name it. */
  readonly file: string;
  /** The absolute name of a file that the card names: its paths are relative to the repository's root. */
  readonly path: (named: string) => string;
};

const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** Where `npm start` writes the card. */
export const usualCard = '.local/platform.json';

/**
 * The card of the running platform, from which every option has its default on a developer's machine. Null where none
 * was named and the usual one is not there, or is that of a platform that has ended.
 * @throws UsageFault where one was named and cannot be read, or the usual one is no card
 */
export function readPlatformCard(named: string | undefined, cwd: string): PlatformCard | null {
  const file = named === undefined ? resolve(repositoryRoot, usualCard) : resolve(cwd, named);
  const shown = named ?? (relative(cwd, file) || file);
  const text = readText(file, named);
  if (text === null) return null;
  const card = parseCard(text, shown);
  if (card.pid !== undefined && !isAlive(card.pid)) {
    if (named === undefined) return null;
    throw new UsageFault(
      `${shown} is the card of a platform that has ended: start it again with \`npm start\``,
    );
  }
  return { ...card, file: shown, path: (path) => resolve(repositoryRoot, path) };
}

function readText(file: string, named: string | undefined): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (named === undefined) return null;
    throw new UsageFault(`the card cannot be read (${reasonOf(error)}): is the platform running?`);
  }
}

function parseCard(text: string, shown: string) {
  try {
    return PlatformCard.parse(JSON.parse(text));
  } catch (error) {
    // JSON.parse would quote the file, which holds secrets.
    const reason = error instanceof z.ZodError ? z.prettifyError(error).replaceAll('\n', ' ') : 'not JSON';
    throw new UsageFault(`${shown} is not a platform card: ${reason}`);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process may not be signalled, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Says where an option's value can come from, when neither the person nor a card has given it. */
export function missing(options: readonly string[]): UsageFault {
  return new UsageFault(
    `no platform runs here (there is no ${usualCard}): start one with \`npm start\`, or give ${options.join(', ')}`,
  );
}
