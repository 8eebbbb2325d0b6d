import { advanceTopic, type KafkaConnection } from '@ssp/kafka';
import { type Report } from '@ssp/platform';
import { readOffsets } from '@ssp/postgres';
import { type Pool } from 'pg';
import { readingSchemas } from './reading-schemas.ts';

/**
 * Has every partition go on where the last of its readers does, in a Kafka whose topics were made anew.
 * Resolves to what was done, a line each. @throws TopicInUseError while one of them runs
 */
export async function advanceTopics(
  pool: Pool,
  kafka: KafkaConnection,
  report: Report,
): Promise<readonly string[]> {
  const places = (await Promise.all(readingSchemas.map((schema) => readOffsets(pool, schema)))).flat();
  const lines: string[] = [];
  for (const [topic, readers] of Map.groupBy(places, (place) => place.topic)) {
    const wanted = new Map<number, bigint>();
    for (const { partition, nextOffset } of readers) {
      const other = wanted.get(partition) ?? 0n;
      wanted.set(partition, nextOffset > other ? nextOffset : other);
    }
    report(`looking at ${topic}`);
    for (const { partition, next, moved } of await advanceTopic(kafka, topic, wanted)) {
      const behind = moved === 0 ? '' : `, behind which ${moved} records that were there are moved`;
      lines.push(`${topic}/${partition} goes on at ${next} now${behind}`);
    }
  }
  return lines.length > 0 ? lines : ['every partition reaches as far as it was read: nothing is done'];
}
