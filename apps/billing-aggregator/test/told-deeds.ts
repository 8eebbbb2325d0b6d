import { randomUUID } from 'node:crypto';
import { PersonActed } from '@ssp/contracts';
import { connectKafka, consume } from '@ssp/kafka';
import { backingServices } from '@ssp/testing/vitest';
import { pino } from 'pino';
import { Registry } from 'prom-client';

/** The deeds that the audit is told of from now on, as they come, in which this text stands. */
export async function toldDeeds(
  text: string,
  resources: AsyncDisposableStack,
): Promise<readonly PersonActed['data'][]> {
  const log = pino({ level: 'silent' });
  const told: PersonActed['data'][] = [];
  const { brokers } = backingServices().kafka;
  await consume(
    connectKafka({ brokers, clientId: 'books-test', tls: null }, log),
    {
      groupId: `books-${randomUUID()}`,
      topics: [PersonActed.topic],
      handle: async ({ records }) => {
        const ours = records.map(({ value }) => value.toString()).filter((value) => value.includes(text));
        told.push(...ours.map((value) => PersonActed.schema.parse(JSON.parse(value)).data));
        return { nextOffset: (records.at(-1)?.offset ?? -1n) + 1n };
      },
    },
    log,
    new Registry(),
    resources,
  );
  return told;
}
