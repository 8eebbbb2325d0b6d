export { storeOffset, takeOffset } from './consumer-offset.ts';
export { inTransaction } from './in-transaction.ts';
export { keepTelling, type Outbox } from './keep-telling.ts';
export { listenForChanges } from './listen-for-changes.ts';
export { migrate, type Migration } from './migrate.ts';
export { openPool } from './open-pool.ts';
export { requireRole } from './require-role.ts';
export { ping } from './ping.ts';
export { type PostgresConfig, postgresEnvironment, toPostgresConfig } from './postgres-environment.ts';
