import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    kafkaBrokers: readonly string[];
    postgresUrl: string;
  }
}

/** The real Kafka and Postgres that the tests run on. */
export function backing() {
  return { brokers: inject('kafkaBrokers'), postgresUrl: inject('postgresUrl') };
}
