import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { type Queryable } from './queryable.ts';
import { isSignedBy, keyIdOf, type SignedStatement, type Statement } from './statement.ts';

const form = 'ssp.audit.key.v1';

const KeyChange = z.tuple([
  z.literal(form),
  z.iso.datetime({ precision: 3 }),
  z.string().regex(/^[0-9a-f]{64}$/),
  z.string().regex(/^[0-9a-f]{64}$/),
]);

/** Is it a statement that one key follows another, signed or not? */
export function isKeyChange(statement: Statement): boolean {
  return KeyChange.safeParse(statement).success;
}

/** A public key that may have signed, and until when: what it signed later than that is not believed. */
export type KnownKey = { readonly key: KeyObject; readonly until: Date | null };
/** By their ids. */
export type KnownKeys = ReadonlyMap<string, KnownKey>;

/** What the old key signs when another follows it: from `at` on checkpoints are signed with `next`. */
export function keyChangeStatement(old: KeyObject, next: KeyObject, at: Date): Statement {
  const { x = '' } = createPublicKeyOf(next).export({ format: 'jwk' });
  return [form, at.toISOString(), keyIdOf(old), Buffer.from(x, 'base64url').toString('hex')];
}

/** Keeps a change in the tables. Throws when another key has followed the old one already. */
export async function writeKeyChange(
  db: Queryable,
  { statement, signature }: SignedStatement,
): Promise<void> {
  const [, at, signedBy, publicKey] = KeyChange.parse(statement);
  await db.query({
    text: `insert into audit.key_change (key_id, public_key, signed_by, at, signature) values ($1, $2, $3, $4, $5)`,
    values: [
      Buffer.from(keyIdOf(publicKeyOf(publicKey)), 'hex'),
      Buffer.from(publicKey, 'hex'),
      Buffer.from(signedBy, 'hex'),
      at,
      signature,
    ],
  });
}

/** The changes that the tables hold, the oldest first. */
export async function readKeyChanges(db: Queryable): Promise<readonly SignedStatement[]> {
  const { rows } = await db.query<{ at: Date; signedBy: Buffer; publicKey: Buffer; signature: Buffer }>(
    `select at, signed_by as "signedBy", public_key as "publicKey", signature from audit.key_change order by at`,
  );
  return rows.map(({ at, signedBy, publicKey, signature }) => ({
    statement: [form, at.toISOString(), signedBy.toString('hex'), publicKey.toString('hex')],
    signature,
  }));
}

/** The keys that are believed: those given, and those that one of them has said would follow. `changes` come the oldest first. */
export function knownKeys(given: readonly KeyObject[], changes: readonly SignedStatement[]): KnownKeys {
  const known = new Map<string, KnownKey>(given.map((key) => [keyIdOf(key), { key, until: null }]));
  for (const change of changes) {
    const [, at, signedBy, publicKey] = KeyChange.parse(change.statement);
    const old = known.get(signedBy);
    if (!old || !isSignedBy(change, old.key)) continue;
    known.set(signedBy, { ...old, until: new Date(at) });
    const key = publicKeyOf(publicKey);
    if (!known.has(keyIdOf(key))) known.set(keyIdOf(key), { key, until: null });
  }
  return known;
}

function publicKeyOf(hex: string): KeyObject {
  const x = Buffer.from(hex, 'hex').toString('base64url');
  return createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
}

function createPublicKeyOf(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key;
}
