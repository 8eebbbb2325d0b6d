import { randomUUID } from 'node:crypto';
import { PersonActed } from '@ssp/contracts';
import { boundsReader, connectKafka, consume } from '@ssp/kafka';
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
  const connection = connectKafka({ brokers, clientId: 'books-test', tls: null }, log);
  const bounds = await boundsReader(connection, new AbortController().signal, resources)(PersonActed.topic);
  await consume(
    connection,
    {
      groupId: `books-${randomUUID()}`,
      topics: [PersonActed.topic],
      handle: async ({ partition, records }) => {
        // What other tests have published before is left out.
        const begin = bounds.find((it) => it.partition === partition)?.end ?? 0n;
        if ((records.at(-1)?.offset ?? -1n) < begin) return { nextOffset: begin };
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
