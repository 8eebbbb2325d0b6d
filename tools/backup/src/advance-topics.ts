import { advanceTopic, type KafkaConnection, type ReadUpTo } from '@ssp/kafka';
import { type Report } from '@ssp/platform';
import { readOffsets } from '@ssp/postgres';
import { type Pool } from 'pg';
import { isAudited } from './is-audited.ts';
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
  const places = (
    await Promise.all(
      readingSchemas.map(async (schema) =>
        (await readOffsets(pool, schema)).map((place) => ({ ...place, schema })),
      ),
    )
  ).flat();
  const lines: string[] = [];
  for (const [topic, ofTopic] of Map.groupBy(places, (place) => place.topic)) {
    const read = new Map<number, ReadUpTo>();
    for (const [partition, readers] of Map.groupBy(ofTopic, (place) => place.partition)) {
      const next = readers.reduce((max, { nextOffset }) => (nextOffset > max ? nextOffset : max), 0n);
      const audited = readers.find(({ schema }) => schema === 'audit')?.nextOffset ?? 0n;
      const offset = audited - 1n;
      const isSame = (value: Buffer | null) => isAudited(pool, { topic, partition, offset }, value);
      read.set(partition, { next, known: audited === 0n ? null : { offset, isSame } });
    }
    report(`looking at ${topic}`);
    for (const { partition, next, moved } of await advanceTopic(kafka, topic, read)) {
      const behind = moved === 0 ? '' : `, behind which ${moved} records that were there are moved`;
      lines.push(`${topic}/${partition} goes on at ${next} now${behind}`);
    }
  }
  return lines.length > 0 ? lines : ['every partition holds what was read from it: nothing is done'];
}
