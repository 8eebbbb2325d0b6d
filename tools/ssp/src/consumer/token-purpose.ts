import { interactions } from '@ssp/spine';

/** What a token asks for and why, where the interaction decides it. */
export type TokenPurpose = { readonly scope: string; readonly reason: string };

/**
 * The scope of an interaction by the resource that it touches. One that is not known beforehand is taken to be about a
 * patient, and to write unless it is a GET.
 */
export function tokenPurpose(interaction: string, method: string): TokenPurpose {
  const known = interactions.find(({ id }) => id === interaction);
  const scope = known?.scopes[0] ?? (method === 'GET' ? 'patient/*.read' : 'patient/*.write');
  return { scope, reason: migrates.test(interaction) ? 'migration' : 'directcare' };
}

/** Records on their way from one practice to another: `gpc.migratestructuredrecord-1`, `migrate:binary-1`. */
const migrates = /[:.]migrate/;
