import { hash } from 'node:crypto';
import { type Place } from './place.ts';

/** What the first row of a partition is chained to. */
export const chainStart: Buffer = Buffer.alloc(32);

/** Where a row's bytes are put together. One for all: a buffer of its own for each would cost more than the digest. */
let scratch = Buffer.alloc(16_384);

/**
 * The digest of a row: over the digest of the row before it in the same Kafka partition, its place, and its texts.
 * A row altered, removed, put in or moved makes every digest from there on wrong.
 */
export function chainDigest(
  previous: Buffer,
  { topic, partition, offset }: Place,
  texts: readonly string[],
): Buffer {
  const row = JSON.stringify([topic, partition, String(offset), ...texts]);
  // A UTF-16 unit takes three bytes at most.
  const bytesMax = previous.length + 3 * row.length;
  if (bytesMax > scratch.length) scratch = Buffer.alloc(2 * bytesMax);
  previous.copy(scratch);
  const end = previous.length + scratch.write(row, previous.length);
  // As text first: a buffer from the digest itself has memory of its own, which is dear to make and to clear away.
  return Buffer.from(hash('sha256', scratch.subarray(0, end), 'latin1'), 'latin1');
}
