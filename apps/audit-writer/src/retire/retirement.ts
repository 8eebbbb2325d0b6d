import { z } from 'zod';
import { type Statement } from '../statement.ts';

const form = 'ssp.audit.retention.v1';

/** A run of rows of one chain that followed each other and were dropped, being beyond their retention. */
export type Retirement = {
  readonly topic: string;
  readonly partition: number;
  readonly chain: 'event' | 'url';
  /** The offset of its first row. */
  readonly firstOffset: bigint;
  /** The offset after that of its last. */
  readonly nextOffset: bigint;
  readonly rows: number;
  /** Of the row before the run, to which its first row was chained. */
  readonly digestBefore: Buffer;
  /** Of its last row. */
  readonly digestAfter: Buffer;
  /** In which all of its rows occurred: `2024-01`. */
  readonly month: string;
  readonly at: Date;
  /** The event that says who had it dropped, and why. */
  readonly eventId: string;
  readonly keyId: Buffer;
};

export type SignedRetirement = Retirement & { readonly signature: Buffer };

/** What is signed of a retirement. */
export function retirementStatement(retirement: Retirement): Statement {
  const { topic, partition, chain, firstOffset, nextOffset, rows, month, at, eventId } = retirement;
  const { digestBefore, digestAfter, keyId } = retirement;
  const span = [String(firstOffset), String(nextOffset), String(rows), hex(digestBefore), hex(digestAfter)];
  const ground = [month, at.toISOString(), eventId, hex(keyId)];
  return [form, topic, partition, chain, ...span, ...ground];
}

const Decimal = z.string().regex(/^\d{1,19}$/);
const Offset = Decimal.transform((text) => BigInt(text));
const Hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((text) => Buffer.from(text, 'hex'));
const Month = z.string().regex(/^\d{4}-\d{2}$/);
const Instant = z.iso.datetime({ precision: 3 }).transform((text) => new Date(text));

const RetirementStatement = z.tuple([
  z.literal(form),
  z.string(),
  z.int().nonnegative(),
  z.enum(['event', 'url']),
  Offset,
  Offset,
  Decimal.transform((text) => Number(text)),
  Hash,
  Hash,
  Month,
  Instant,
  z.string(),
  Hash,
]);

/** Reads what was signed as a retirement; null for another statement. Throws a ZodError for one that names itself a retirement and is none. */
export function readRetirement(statement: Statement): Retirement | null {
  if (statement[0] !== form) return null;
  const [, topic, partition, chain, firstOffset, nextOffset, rows, ...rest] =
    RetirementStatement.parse(statement);
  const [digestBefore, digestAfter, month, at, eventId, keyId] = rest;
  const run = { topic, partition, chain, firstOffset, nextOffset, rows, digestBefore, digestAfter };
  return { ...run, month, at, eventId, keyId };
}

const hex = (bytes: Buffer) => bytes.toString('hex');
