import { inject } from 'vitest';
import { createDatabaseIn } from './backing/create-database.ts';
import type { PostgresAddress } from './backing/postgres-service.ts';
import type { ProvidedBackingServices } from './vitest-backing-services.ts';

/** The real Postgres, Redis, Kafka and OpenLDAP of this run of the integration tests, and its certificates. */
export function backingServices(): ProvidedBackingServices {
  return inject('backingServices');
}

/** An empty Postgres database for one test file, dropped with `resources` even if connections are still open. */
export async function createDatabase(resources: AsyncDisposableStack): Promise<PostgresAddress> {
  return createDatabaseIn(backingServices().postgres, resources);
}
