import { z } from 'zod';
import { type Statement } from './statement.ts';

/** What the chains of a partition had come to when everything before `nextOffset` was written. */
export type Checkpoint = {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: bigint;
  readonly at: Date;
  readonly eventDigest: Buffer;
  readonly urlDigest: Buffer;
  /** Null in those of the first form. */
  readonly link: CheckpointLink | null;
};

/** What the second form says beside that. */
export type CheckpointLink = {
  /** Where the trees begin: at the checkpoint before, or where the partition does. */
  readonly since: bigint;
  /** Roots of the trees over the digests of the rows from there on. */
  readonly eventRoot: Buffer;
  readonly urlRoot: Buffer;
  /** The same over the records put aside. */
  readonly putAsideRoot: Buffer;
  /** Hash of the checkpoint before; zeros where there is none. */
  readonly previous: Buffer;
  readonly keyId: Buffer;
};

export type SignedCheckpoint = Checkpoint & { readonly signature: Buffer };

/** What is signed of a checkpoint. */
export function checkpointStatement({
  topic,
  partition,
  nextOffset,
  at,
  link,
  ...digests
}: Checkpoint): Statement {
  const end = [String(nextOffset), at.toISOString(), hex(digests.eventDigest), hex(digests.urlDigest)];
  if (!link) return ['ssp.audit.checkpoint.v1', topic, partition, ...end];
  const { since, eventRoot, urlRoot, putAsideRoot, previous, keyId } = link;
  const added = [eventRoot, urlRoot, putAsideRoot, previous, keyId].map((hash) => hex(hash));
  return ['ssp.audit.checkpoint.v2', topic, partition, String(since), ...end, ...added];
}

const Offset = z
  .string()
  .regex(/^\d{1,19}$/)
  .transform((text) => BigInt(text));
const Hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((text) => Buffer.from(text, 'hex'));
const At = z.iso.datetime({ precision: 3 }).transform((text) => new Date(text));
const partition = z.int().nonnegative();

const First = z.tuple([z.literal('ssp.audit.checkpoint.v1'), z.string(), partition, Offset, At, Hash, Hash]);
const Second = z.tuple([
  z.literal('ssp.audit.checkpoint.v2'),
  z.string(),
  partition,
  Offset,
  Offset,
  At,
  Hash,
  Hash,
  Hash,
  Hash,
  Hash,
  Hash,
  Hash,
]);

/** Reads what was signed as a checkpoint; null for another statement. Throws a ZodError for one that names itself a checkpoint and is none. */
export function readCheckpoint(statement: Statement): Checkpoint | null {
  if (statement[0] === 'ssp.audit.checkpoint.v1') {
    const [, topic, number, nextOffset, at, eventDigest, urlDigest] = First.parse(statement);
    return { topic, partition: number, nextOffset, at, eventDigest, urlDigest, link: null };
  }
  if (statement[0] !== 'ssp.audit.checkpoint.v2') return null;
  const [, topic, number, since, nextOffset, at, eventDigest, urlDigest, ...rest] = Second.parse(statement);
  const [eventRoot, urlRoot, putAsideRoot, previous, keyId] = rest;
  const link = { since, eventRoot, urlRoot, putAsideRoot, previous, keyId };
  return { topic, partition: number, nextOffset, at, eventDigest, urlDigest, link };
}

const hex = (bytes: Buffer) => bytes.toString('hex');
