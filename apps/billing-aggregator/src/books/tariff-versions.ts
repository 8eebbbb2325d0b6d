import { createHash } from 'node:crypto';
import { Problem } from '@ssp/service';
import { countChanges, type EntryChange, type FileEntry } from '@ssp/service/operator';
import { type ClientBase, type Pool } from 'pg';
import { stringify } from 'yaml';
import { z } from 'zod';
import { lockBooks } from './books-locks.ts';
import { type Actor, nameOf, noteDeed } from './deeds.ts';
import { inForce } from './in-force.ts';
import { diffTariffs } from './tariff-entries.ts';
import { TariffFile } from './tariff-file.ts';

/** The tariffs of one version. */
export type HeldTariffs = {
  /** 0 where none was ever loaded. */
  readonly version: number;
  readonly file: TariffFile;
  readonly hash: Buffer;
};

const none: HeldTariffs = { version: 0, file: { prices: [], minimums: [] }, hash: Buffer.alloc(32) };

const Row = z.object({
  version: z.string().transform(Number),
  content: z.string(),
  hash: z.instanceof(Buffer),
});

/** The tariffs in force: those that were loaded last. */
export async function readTariffs(client: Pick<ClientBase | Pool, 'query'>): Promise<HeldTariffs> {
  const { rows } = await client.query<Record<string, unknown>>(
    'select version, content, hash from billing.tariff order by version desc limit 1',
  );
  const [row] = rows;
  if (row === undefined) return none;
  const { version, content, hash } = Row.parse(row);
  return { version, hash, file: TariffFile.parse(numbersAsText(JSON.parse(content))) };
}

/** The schema reads what files hold, which is text. */
function numbersAsText(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(numbersAsText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, numbersAsText(part)]));
}

/** SHA-256 of a version's content, as statements name it. */
export const tariffHash = (content: string): Buffer => createHash('sha256').update(content).digest();

export type LoadedTariffs = {
  readonly version: number;
  readonly changes: readonly EntryChange<FileEntry>[];
};

/**
 * Puts the tariffs of a file in force, as a version of their own where anything differs. To be called in a transaction.
 * @param expected the version that the change was made for
 * @throws Problem 412 where another is held by now, 409 where the file would change what a closed month was paid by
 */
export async function storeTariffs(
  client: ClientBase,
  wanted: TariffFile,
  expected: number | null,
  { actor, why, at }: { readonly actor: Actor; readonly why: string; readonly at: Date },
): Promise<LoadedTariffs> {
  await lockBooks(client);
  const held = await readTariffs(client);
  if (expected !== null && expected !== held.version) {
    throw new Problem(
      412,
      `The tariffs were changed since version ${expected}: look at the difference again.`,
      { version: String(held.version) },
    );
  }
  const changes = diffTariffs(held.file, wanted);
  if (changes.length === 0) return { version: held.version, changes };
  const past = changedPast(held.file, wanted, await closedMonths(client));
  if (past.length > 0) throw new Problem(409, pastText(past), { closedMonths: past });
  const content = JSON.stringify(wanted);
  const version = held.version + 1;
  await client.query(
    `insert into billing.tariff (version, loaded_at, who, why, content, hash) values ($1, $2, $3, $4, $5, $6)`,
    [version, at, nameOf(actor), why, content, tariffHash(content)],
  );
  const { added, changed, removed } = countChanges(changes);
  await noteDeed(client, {
    action: 'tariffs-loaded',
    who: actor,
    why,
    at,
    what: {
      version: String(version),
      added: String(added),
      changed: String(changed),
      removed: String(removed),
    },
  });
  return { version, changes };
}

/** The closed months that another file would price otherwise, so that it cannot be loaded. */
export async function changedPastOf(pool: Pool, held: TariffFile, wanted: TariffFile): Promise<string[]> {
  return changedPast(held, wanted, await closedMonths(pool));
}

function changedPast(held: TariffFile, wanted: TariffFile, closed: readonly string[]): string[] {
  return closed.filter((month) => meaning(held, month) !== meaning(wanted, month));
}

/** What a month is paid by; two files of one meaning price it alike. */
function meaning(file: TariffFile, month: string): string {
  const { prices, minimums } = inForce(file, month);
  const lasting = [...prices, ...minimums].map(({ until: _until, note: _note, ...rest }) =>
    JSON.stringify(rest),
  );
  return lasting.toSorted().join('\n');
}

export function pastText(months: readonly string[]): string {
  return `Months that are closed would be priced otherwise: ${months.join(', ')}. Let new prices begin in a month that is open; what was wrong in a closed one is corrected by an adjustment.`;
}

async function closedMonths(client: Pick<ClientBase | Pool, 'query'>): Promise<string[]> {
  const { rows } = await client.query<{ month: string }>(
    'select month from billing.period where tariff_version is not null order by month',
  );
  return rows.map(({ month }) => month);
}

/** The tariffs as a file that can be loaded again. */
export function writeTariffFile(file: TariffFile): string {
  return stringify(file, { lineWidth: 0 });
}

const VersionRow = z.object({
  version: z.string(),
  loadedAt: z.date().transform((at) => at.toISOString()),
  who: z.string(),
  why: z.string(),
});

/** Every version, the newest first. */
export async function readVersions(pool: Pool): Promise<z.output<typeof VersionRow>[]> {
  const { rows } = await pool.query<Record<string, unknown>>(
    'select version, loaded_at as "loadedAt", who, why from billing.tariff order by version desc',
  );
  return z.array(VersionRow).parse(rows);
}
