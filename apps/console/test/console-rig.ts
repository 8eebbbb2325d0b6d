import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createService, readConfig } from '@ssp/service';
import { ourProgram, type PostgresAddress, runOurs } from '@ssp/testing';
import { ConsoleConfig } from '../src/config.ts';
import { startConsole } from '../src/console.ts';
import { readListening } from './read-listening.ts';
import { seedUsage } from './seed-usage.ts';

/** The console as it runs in production, before the real billing API in a process of its own, on sample usage. */
export async function startConsoleRig(database: PostgresAddress, resources: AsyncDisposableStack) {
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'console-'))).path;
  const token = randomUUID();
  const tokensFile = join(folder, 'tokens.json');
  const tokenFile = join(folder, 'token');
  await writeFile(tokensFile, JSON.stringify({ billing: token }));
  await writeFile(tokenFile, token);
  const billing = await startBillingApi(database, tokensFile, resources);
  const config = readConfig(ConsoleConfig, {
    LISTEN_PORT: '0',
    BILLING_API_URL: billing.url,
    BILLING_API_TOKEN_FILE: tokenFile,
  });
  const address = await startConsole(config, createService('console', resources));
  return { origin: `http://127.0.0.1:${address.port}`, stopBilling: billing.stop };
}

async function startBillingApi(
  database: PostgresAddress,
  tokensFile: string,
  resources: AsyncDisposableStack,
) {
  const env = {
    POSTGRES_URL: database.urlWithoutPassword,
    POSTGRES_PASSWORD_FILE: database.passwordFile,
    BILLING_API_TOKENS_FILE: tokensFile,
    LISTEN_PORT: '0',
    ADMIN_PORT: '0',
  };
  const migrated = await runOurs('apps/billing-aggregator/src/migrate.main.ts', [], env);
  if (migrated.status !== 0) throw new Error(`billing's tables are not made: ${migrated.err}`);
  await seedUsage(database);
  const [program, entry] = ourProgram('apps/billing-aggregator/src/query-api.main.ts');
  const api = spawn(program, [entry], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(api, 'exit');
  const stop = async () => {
    api.kill('SIGTERM');
    await ended;
  };
  resources.defer(stop);
  return { url: `http://127.0.0.1:${await readListening(api.stdout, 'query API open')}`, stop };
}
