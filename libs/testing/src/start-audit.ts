import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ourEnvironment, ourProgram, type ProgramEnvironment, runOurs } from './run-ours.ts';

export type AuditOptions = {
  /** POSTGRES_* of an empty database, and KAFKA_BROKERS where the topics are. */
  readonly environment: ProgramEnvironment;
  /** The role of its search API that the caller is given. */
  readonly role: string;
  /** Where its tokens are written. */
  readonly folder: string;
};

/**
 * Starts the audit as it runs in production, a process and a consumer group of its own, on tables that it makes first. Gives the
 * environment by which an operator API reaches it. Rejects where the tables are not made, or it ends before it is open.
 */
export async function startAudit(
  { environment, role, folder }: AuditOptions,
  resources: AsyncDisposableStack,
): Promise<{ readonly AUDIT_API_URL: string; readonly AUDIT_API_TOKEN_FILE: string }> {
  const token = randomUUID();
  const tokensFile = join(folder, 'audit-tokens.json');
  const tokenFile = join(folder, 'audit-token');
  await writeFile(tokensFile, JSON.stringify({ [role]: token }));
  await writeFile(tokenFile, token);
  const migrated = await runOurs('apps/audit-writer/src/migrate.main.ts', [], environment);
  if (migrated.status !== 0)
    throw new Error(`the audit's tables are not made: ${migrated.out}${migrated.err}`);
  const [program, entry] = ourProgram('apps/audit-writer/src/main.ts');
  const child = spawn(program, [entry], {
    env: ourEnvironment({
      ...environment,
      LISTEN_PORT: '0',
      ADMIN_PORT: '0',
      AUDIT_API_TOKENS_FILE: tokensFile,
      AUDIT_GROUP_ID: `audit-${randomUUID()}`,
    }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  resources.defer(async () => {
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // Read to the end: whoever stopped would in time stop the process that writes.
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const { msg, listen }: { msg?: string; listen?: { port: number } } = JSON.parse(line);
    if (msg === 'search API open' && listen !== undefined) resolve(`http://127.0.0.1:${listen.port}`);
  });
  lines.on('close', () => reject(new Error('the audit ended before it was open')));
  return { AUDIT_API_URL: await promise, AUDIT_API_TOKEN_FILE: tokenFile };
}
