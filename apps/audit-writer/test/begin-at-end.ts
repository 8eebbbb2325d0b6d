import { boundsReader, type KafkaConnection } from '@ssp/kafka';
import { type Pool } from 'pg';
import { auditedTopics } from '../src/audit-entry.ts';
import { chainStart } from '../src/hash-chain.ts';

/** Leaves out what other tests have published before, as an audit does whose topics' beginnings were dropped before it was there. */
export async function beginAtEnd(
  kafka: KafkaConnection,
  pool: Pool,
  resources: AsyncDisposableStack,
): Promise<void> {
  const boundsOf = boundsReader(kafka, new AbortController().signal, resources);
  for (const topic of auditedTopics) {
    for (const { partition, end } of await boundsOf(topic)) {
      await pool.query('insert into audit.consumer_offset values ($1, $2, $3)', [topic, partition, end]);
      await pool.query(
        `insert into audit.chain_head (topic, partition, event_digest, url_digest) values ($1, $2, $3, $3)`,
        [topic, partition, chainStart],
      );
    }
  }
}
