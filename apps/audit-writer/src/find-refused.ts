import { type SealUrl } from '@ssp/contracts';
import { type ReceivedBatch } from '@ssp/kafka';
import { type Pool, DatabaseError } from 'pg';
import { chainStart } from './hash-chain.ts';
import { copyEntries } from './copy-entries.ts';
import { readRecords, repeatReason } from './read-records.ts';

/** Whether Postgres refused the data itself (SQLSTATE classes 22, 23 and 54), so that a repeat cannot help. */
export function isDataRefused(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && /^(22|23|54)/.test(error.code ?? '');
}

/** Tries each event by itself and takes it back; tells which ones the table refuses, and by which SQLSTATE. */
export async function findRefused(
  pool: Pool,
  { topic, partition, records }: ReceivedBatch,
  sealUrl: SealUrl | null,
): Promise<ReadonlyMap<bigint, string>> {
  const refused = new Map<bigint, string>();
  const client = await pool.connect();
  try {
    // One at a time: a repeat of one that the table refuses is refused as well.
    for (const record of records.flatMap((one) => readRecords(topic, [one], refused).read)) {
      await client.query('begin');
      try {
        // Sealed here too: what is taken back has been on the disk.
        await copyEntries(client, { topic, partition }, [record], noHead, sealUrl);
      } catch (error) {
        if (!isDataRefused(error)) throw error;
        refused.set(record.offset, reasonOf(error));
      } finally {
        await client.query('rollback');
      }
    }
  } finally {
    client.release();
  }
  return refused;
}

const noHead = { eventDigest: chainStart, urlDigest: chainStart };

function reasonOf({ code, constraint }: DatabaseError): string {
  const isRepeat = code === '23505' && constraint?.includes('event_id_occurred_at') === true;
  return isRepeat ? repeatReason : `refused by the table: SQLSTATE ${code}`;
}
