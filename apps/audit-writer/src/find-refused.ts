import { type SealUrl } from '@ssp/contracts';
import { type ReceivedBatch } from '@ssp/kafka';
import { DatabaseError, type Pool, type PoolClient } from 'pg';
import { chainStart } from './hash-chain.ts';
import { rowsOf } from './rows-of.ts';
import { type Place } from './place.ts';
import { type ReadRecord, readRecords, repeatReason } from './read-records.ts';

/** Whether Postgres refused the data itself (SQLSTATE classes 22, 23 and 54), so that a repeat cannot help. */
export function isDataRefused(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && /^(22|23|54)/.test(error.code ?? '');
}

/**
 * Tries events together and takes them back, and those that are refused by halves, until it is known which ones the table refuses, and by
 * which SQLSTATE.
 */
export async function findRefused(
  pool: Pool,
  { topic, partition, records }: ReceivedBatch,
  sealUrl: SealUrl | null,
): Promise<ReadonlyMap<bigint, string>> {
  const refused = new Map<bigint, string>();
  const client = await pool.connect();
  const tryAll = async (some: readonly ReadRecord[]): Promise<void> => {
    const [first] = some;
    if (first === undefined) return;
    const error = await refusalOf(client, { topic, partition }, some, sealUrl);
    if (error === null) return;
    if (some.length === 1) {
      refused.set(first.offset, reasonOf(error));
      return;
    }
    const middle = some.length >> 1;
    await tryAll(some.slice(0, middle));
    await tryAll(some.slice(middle));
  };
  try {
    // Read one at a time: a repeat of one that the table refuses is refused as well.
    await tryAll(records.flatMap((one) => readRecords(topic, [one], refused).read));
  } finally {
    client.release();
  }
  return refused;
}

/** Why the table refuses these together; null where it takes them. */
async function refusalOf(
  client: PoolClient,
  place: Omit<Place, 'offset'>,
  records: readonly ReadRecord[],
  sealUrl: SealUrl | null,
): Promise<DatabaseError | null> {
  await client.query('begin');
  try {
    // Sealed here too: what is taken back has been on the disk.
    await rowsOf(place, noHead, sealUrl, records).copyTo(client);
    return null;
  } catch (error) {
    if (!isDataRefused(error)) throw error;
    return error;
  } finally {
    await client.query('rollback');
  }
}

const noHead = { eventDigest: chainStart, urlDigest: chainStart };

function reasonOf({ code, constraint }: DatabaseError): string {
  const isRepeat = code === '23505' && constraint?.includes('kind_occurred_at_event_id') === true;
  return isRepeat ? repeatReason : `refused by the table: SQLSTATE ${code}`;
}
