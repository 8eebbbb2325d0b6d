import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { clientConfig } from './client-config.ts';
import { type PostgresConfig } from './postgres-environment.ts';

/**
 * Makes the logins of a file of accounts and gives them their passwords, for which it must sign in as an administrator.
 * @param passwordFiles by login
 */
export async function ensureAccounts(
  config: PostgresConfig,
  accountsFile: string,
  passwordFiles: ReadonlyMap<string, string>,
): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const client = resources.adopt(new Client(clientConfig(config)), (it) => it.end());
  // A server that stops while we hang up is no fault of ours.
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin');
  // Two who make the same accounts at once would stand in each other's way.
  await client.query(`select pg_advisory_xact_lock(hashtext('ssp accounts'))`);
  await client.query(await readFile(accountsFile, 'utf8'));
  for (const [login, file] of passwordFiles) {
    const verifier = verifierOf((await readFile(file, 'utf8')).trim());
    await client.query(`alter role ${escapeIdentifier(login)} password ${escapeLiteral(verifier)}`);
  }
  await client.query('commit');
}

const iterations = 4_096;

/** What Postgres keeps of a password (SCRAM-SHA-256, RFC 5803), so that the password itself is in no log of statements. */
function verifierOf(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const keyOf = (purpose: string) => createHmac('sha256', salted).update(purpose).digest();
  const storedKey = createHash('sha256').update(keyOf('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${keyOf('Server Key').toString('base64')}`;
}
