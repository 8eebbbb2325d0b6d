import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';

/** What is signed: an array of canonical JSON, whose first value names its form (docs/audit-format.md). */
export type Statement = readonly (string | number)[];

export type SignedStatement = { readonly statement: Statement; readonly signature: Buffer };

/** A signed statement as files hold it. */
export const StatementLine = z.object({
  statement: z.array(z.union([z.string(), z.int()])).min(1),
  signature: z
    .string()
    .regex(/^[0-9a-f]{128}$/)
    .transform((hex) => Buffer.from(hex, 'hex')),
});

/** Writes what {@link StatementLine} reads. */
export function statementLine({ statement, signature }: SignedStatement): string {
  return JSON.stringify({ statement, signature: signature.toString('hex') });
}

/** Signs with an Ed25519 private key. */
export function signStatement(statement: Statement, key: KeyObject): Buffer {
  return sign(null, statementBytes(statement), key);
}

export function isSignedBy({ statement, signature }: SignedStatement, key: KeyObject): boolean {
  return verify(null, statementBytes(statement), key, signature);
}

/** The hash by which the next statement names this one. */
export function statementHash(statement: Statement): Buffer {
  return createHash('sha256').update(statementBytes(statement)).digest();
}

/** A key is named by the hash of its public half (SubjectPublicKeyInfo, DER), in hexadecimal digits. */
export function keyIdOf(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('hex');
}

function statementBytes(statement: Statement): Buffer {
  return Buffer.from(JSON.stringify(statement));
}
