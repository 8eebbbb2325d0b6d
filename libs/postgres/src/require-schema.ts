import { readdir } from 'node:fs/promises';
import { type Health } from '@ssp/service';
import { DatabaseError, escapeIdentifier, type Pool } from 'pg';
import { judgeSchema } from './judge-schema.ts';

/** The schema that a program asks, and the migrations that it was made with. */
export type ExpectedSchema = {
  readonly schema: string;
  /** Absolute path of the `NNN_name.sql` files. */
  readonly directory: string;
  /** The program that brings it up to date, as it is run from the repository's root. */
  readonly migrate: string;
};

/** The tables are not those that this program can work with; the message says what to do. */
export class SchemaUnfitError extends Error {
  override readonly name = 'SchemaUnfitError';
}

// No such table, no such schema, no right to it: it was never migrated, or by somebody who told nobody.
const unknown: ReadonlySet<string | undefined> = new Set(['42P01', '3F000', '42501']);

/**
 * Makes sure that the schema has all that this program asks of it. A database that does not answer is no fault here: then the program is not ready
 * until it was found fit.
 * @throws SchemaUnfitError where it lacks a migration, or no longer serves a program this old
 */
export async function requireSchema(pool: Pool, expected: ExpectedSchema, health: Health): Promise<void> {
  let isFit = false;
  const look = async () => {
    if (isFit) return;
    const fault = await schemaFault(pool, expected);
    if (fault !== null) throw new SchemaUnfitError(fault);
    isFit = true;
  };
  health.addCheck('schema', look);
  try {
    await look();
  } catch (error) {
    if (error instanceof SchemaUnfitError) throw error;
  }
}

async function schemaFault(
  pool: Pool,
  { schema, directory, migrate }: ExpectedSchema,
): Promise<string | null> {
  const ours = (await readdir(directory))
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.slice(0, -4));
  return judgeSchema({ schema, ours, applied: await appliedTo(pool, schema), migrate });
}

async function appliedTo(pool: Pool, schema: string): Promise<readonly string[]> {
  try {
    const { rows } = await pool.query<{ name: string }>(
      `select name from ${escapeIdentifier(schema)}.migration`,
    );
    return rows.map(({ name }) => name);
  } catch (error) {
    if (error instanceof DatabaseError && unknown.has(error.code)) return [];
    throw error;
  }
}
