import { type Leash, type PostgresAddress } from '@ssp/testing';
import { text } from 'node:stream/consumers';

/** Runs commands of psql, one after the other. @throws Error with what it says when one fails */
export async function runPsql(
  psql: string,
  { host, port, user, password, database }: PostgresAddress,
  commands: readonly string[],
  leash: Leash,
): Promise<void> {
  const args = ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', `--host=${host}`, `--port=${port}`];
  const child = await leash.spawn(
    psql,
    [...args, `--username=${user}`, `--dbname=${database}`, ...commands.map((one) => `--command=${one}`)],
    { name: 'psql', env: { PGPASSWORD: password }, output: 'pipe' },
  );
  child.stdout?.resume();
  const [errors, { code }] = await Promise.all([
    child.stderr === null ? '' : text(child.stderr),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`psql failed: ${errors.trim()}`);
}
