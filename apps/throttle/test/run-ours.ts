import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { backingServices } from '@ssp/testing/vitest';

const root = join(import.meta.dirname, '../../..');
type Environment = Readonly<Record<string, string>>;

/** Runs a program of ours as it is run in production; resolves with what it wrote once it has ended. */
export async function runOurs(entry: string, args: readonly string[], env: Environment) {
  const child = spawn(process.execPath, [join(root, entry), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  await once(child, 'close');
  return { status: child.exitCode, out, err };
}

/** The command line as an operator has it, towards the API at this address; `folder` is where its token is written. */
export async function operatorAt(url: string, token: string, folder: string) {
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, token);
  return (...args: readonly string[]) =>
    runOurs('tools/ssp/src/ssp.main.ts', ['limits', ...args, '--url', url, '--token-file', tokenFile], {});
}

/** The audit as it runs in production, a process of its own on this database; gives what the operator API needs to ask it. */
export async function startAudit(postgres: Environment, folder: string, resources: AsyncDisposableStack) {
  const token = randomUUID();
  const [tokensFile, tokenFile] = [join(folder, 'audit-tokens.json'), join(folder, 'audit-token')];
  await writeFile(tokensFile, JSON.stringify({ throttle: token }));
  await writeFile(tokenFile, token);
  const env = { ...postgres, KAFKA_BROKERS: backingServices().kafka.brokers.join(',') };
  const migrated = await runOurs('apps/audit-writer/src/migrate.main.ts', [], env);
  if (migrated.status !== 0) throw new Error(`the audit's tables are not made: ${migrated.err}`);
  const child = spawn(process.execPath, [join(root, 'apps/audit-writer/src/main.ts')], {
    env: {
      ...env,
      LISTEN_PORT: '0',
      ADMIN_PORT: '0',
      AUDIT_API_TOKENS_FILE: tokensFile,
      AUDIT_GROUP_ID: `audit-${randomUUID()}`,
    },
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
