import { hash } from 'node:crypto';
import { type Place } from './place.ts';

/** What the first row of a partition is chained to. */
export const chainStart: Buffer = Buffer.alloc(32);

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
  // In one piece, which is quicker than handing over one after the other.
  return hash('sha256', Buffer.concat([previous, Buffer.from(row)]), 'buffer');
}
