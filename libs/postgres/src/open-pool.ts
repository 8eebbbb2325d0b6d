import { Pool } from 'pg';
import { type Logger } from 'pino';
import { type Registry } from 'prom-client';
import { clientConfig } from './client-config.ts';
import { type PostgresConfig } from './postgres-environment.ts';
import { showPool } from './show-pool.ts';

const STATEMENT_TIMEOUT_MS = 30_000;

export type PoolOptions = {
  readonly answerTimeoutMs?: number;
  /** Takes the gauges of the pool; a process has one pool that it shows. */
  readonly metrics?: Registry;
};

/**
 * Makes a pool that connects when first used and is emptied on release, once its clients have been given back. With
 * `answerTimeoutMs` a query rejects that has not been answered by then, as where the network swallows what is sent.
 */
export function openPool(
  config: PostgresConfig,
  log: Logger,
  resources: AsyncDisposableStack,
  { answerTimeoutMs, metrics }: PoolOptions = {},
): Pool {
  const pool = new Pool({
    ...clientConfig(config),
    max: config.poolSize,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    ...(answerTimeoutMs !== undefined && { query_timeout: answerTimeoutMs }),
  });
  // Without a listener, an idle connection that the server closes would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle Postgres connection broke'));
  if (metrics !== undefined) showPool(pool, config.poolSize, metrics);
  resources.defer(() => pool.end());
  return pool;
}
