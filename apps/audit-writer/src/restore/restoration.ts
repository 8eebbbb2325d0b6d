import { z } from 'zod';
import { type Statement } from '../statement.ts';

const form = 'ssp.audit.restoration.v1';

/** The tables of a partition were set back to `since` from a backup, and written again up to `upTo`, where they had come to before. */
export type Restoration = {
  readonly topic: string;
  readonly partition: number;
  /** Where the last checkpoint ends that was given out and is still in the tables. */
  readonly since: bigint;
  /** Where the last one ends that was given out and is not. */
  readonly upTo: bigint;
  readonly at: Date;
  readonly who: string;
  readonly why: string;
  readonly keyId: Buffer;
};

/** What is signed of a restoration. */
export function restorationStatement(restoration: Restoration): Statement {
  const { topic, partition, since, upTo, at, who, why, keyId } = restoration;
  const span = [String(since), String(upTo)];
  return [form, topic, partition, ...span, at.toISOString(), who, why, keyId.toString('hex')];
}

const Offset = z
  .string()
  .regex(/^\d{1,19}$/)
  .transform((text) => BigInt(text));

const RestorationStatement = z.tuple([
  z.literal(form),
  z.string(),
  z.int().nonnegative(),
  Offset,
  Offset,
  z.iso.datetime({ precision: 3 }).transform((text) => new Date(text)),
  z.string(),
  z.string(),
  z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .transform((text) => Buffer.from(text, 'hex')),
]);

/** Reads what was signed as a restoration; null for another statement. Throws a ZodError for one that names itself a restoration and is none. */
export function readRestoration(statement: Statement): Restoration | null {
  if (statement[0] !== form) return null;
  const [, topic, partition, since, upTo, at, who, why, keyId] = RestorationStatement.parse(statement);
  return { topic, partition, since, upTo, at, who, why, keyId };
}
