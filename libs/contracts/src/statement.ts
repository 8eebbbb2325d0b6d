import { z } from 'zod';
import { Pounds, Price } from './money.ts';
import { UsageMonth } from './usage.ts';

/** Where the billing API lists and shows statements. */
export const statementsPath = '/v1/statements';

/** Names a statement: the month that it closes, and its place among that month's. */
export const StatementNumber = z
  .string()
  .regex(/^SSP-20\d\d-(0[1-9]|1[0-2])-\d{4,}$/, 'a statement is named such as SSP-2026-03-0001');

/** What a line of a statement can be. */
export const statementLineKinds = [
  /** Requests of the month that the statement closes. */
  'usage',
  /** What is missing to the least that a month is paid with. */
  'minimum',
  /** Requests of a month that was closed before they came to be counted. */
  'late',
  /** What those change about that month's minimum. */
  'late-minimum',
  /** A correction of a line of a former statement. */
  'adjustment',
] as const;
export type StatementLineKind = (typeof statementLineKinds)[number];

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

export const StatementLine = z.object({
  /** From 1. */
  line: z.int().positive(),
  kind: z.enum(statementLineKinds),
  /** The month that the line is about. */
  month: UsageMonth,
  interaction: z.string().nullable(),
  outcome: z.string().nullable(),
  /** The entry of the tariffs that it follows from. */
  priceId: z.string().nullable(),
  /** Which step of a graduated price, from 1. */
  tier: z.int().positive().nullable(),
  quantity: z.int().positive().nullable(),
  /** Pounds for each. */
  price: Price.nullable(),
  /** How many requests of the same kind stand on lines before this one. */
  after: z.int().nonnegative().nullable(),
  amount: Pounds,
  /** The correction that it states. */
  adjustment: z.int().positive().nullable(),
  /** The statement, or the line of it, that this one adds to: `SSP-2026-03-0001` or `SSP-2026-03-0001/4`. */
  refersTo: z.string().nullable(),
  reason: z.string().nullable(),
});
export type StatementLine = z.infer<typeof StatementLine>;

/** What a supplier is paid for a month, and how it comes about. */
export const Statement = z.object({
  number: StatementNumber,
  /** Its place among all statements, from 1, without gaps. */
  serial: z.int().positive(),
  month: UsageMonth,
  supplier: z.string(),
  closedAt: z.iso.datetime({ precision: 3 }),
  closedBy: z.string(),
  why: z.string(),
  tariffVersion: z.int().positive(),
  tariffHash: Hash,
  /** Requests of the month, and those of them that are paid for. */
  requests: z.int().nonnegative(),
  billable: z.int().nonnegative(),
  lines: z.array(StatementLine),
  total: Pounds,
  /** Hash of the statement before it in the order of serials; zeros for the first. */
  previousHash: Hash,
  hash: Hash,
  /** SHA-256 of the public key, SPKI in DER. */
  keyId: Hash,
  /** Ed25519, base64, over the same bytes as the hash. */
  signature: z.base64(),
});
export type Statement = z.infer<typeof Statement>;

/** A statement without its lines. */
export const StatementHead = Statement.omit({ lines: true });
export type StatementHead = z.infer<typeof StatementHead>;

/** The newest first. */
export const StatementList = z.object({ statements: z.array(StatementHead) });

/** The bytes that are hashed and signed: a JSON array, in UTF-8, whose order docs/billing.md writes down. */
export function statementBytes(statement: Omit<Statement, 'hash' | 'signature'>): Buffer {
  const { number, serial, month, supplier, closedAt, closedBy, why, tariffVersion, tariffHash } = statement;
  const { requests, billable, lines, total, previousHash, keyId } = statement;
  return Buffer.from(
    JSON.stringify([
      'ssp.billing.statement.v1',
      previousHash,
      keyId,
      serial,
      number,
      month,
      supplier,
      closedAt,
      closedBy,
      why,
      tariffVersion,
      tariffHash,
      requests,
      billable,
      lines.map((line) => [
        line.line,
        line.kind,
        line.month,
        line.interaction,
        line.outcome,
        line.priceId,
        line.tier,
        line.quantity,
        line.price,
        line.after,
        line.amount,
        line.adjustment,
        line.refersTo,
        line.reason,
      ]),
      total,
    ]),
  );
}
