import { createHash, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { isKeyChange } from '../key-change.ts';
import { keyIdOf, type SignedStatement, signStatement, type Statement, StatementLine } from '../statement.ts';
import { Month } from './month.ts';
import { rowFormats } from './row-file.ts';

export const archiveForm = 'ssp.audit.archive.v1';
export const manifestName = 'manifest.json';
/** The file beside it that holds the signed statement. */
export const signatureName = 'manifest.signature.json';

const Offset = z
  .string()
  .regex(/^\d{1,19}$/)
  .transform((text) => BigInt(text));
const Hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();
const At = z.iso.datetime({ precision: 3 });

const ArchiveFile = z.object({
  // No path: nothing outside of the folder is ever looked at.
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
  table: z.enum(['event', 'full_url', 'quarantine', 'checkpoint']),
  topic: z.string(),
  partition: count,
  rows: count,
  bytes: count,
  sha256: Hash,
});

const ArchivedChain = z.object({
  rows: z.int().positive(),
  first: Offset,
  last: Offset,
  /** Digest before the first row. */
  previous: Hash,
  /** Digest of the last. */
  digest: Hash,
});

const ArchivedPartition = z.object({
  topic: z.string(),
  partition: count,
  from: Offset,
  nextOffset: Offset,
  firstOffset: Offset.nullable(),
  columnsSince: Offset,
  chains: z.object({ event: ArchivedChain.nullable(), url: ArchivedChain.nullable() }),
  checkpoints: z.array(z.object({ since: Offset, nextOffset: Offset })),
});

/** What an archive holds, as docs/audit-format.md describes it. */
export const Manifest = z.object({
  format: z.literal(archiveForm),
  month: Month,
  at: At,
  rows: z.enum(rowFormats),
  files: z.array(ArchiveFile),
  partitions: z.array(ArchivedPartition),
  keys: z.array(StatementLine.refine(({ statement }) => isKeyChange(statement))),
});
export type Manifest = z.output<typeof Manifest>;
export type ArchiveFile = Manifest['files'][number];
export type ArchivedPartition = Manifest['partitions'][number];
export type ArchivedChain = z.output<typeof ArchivedChain>;

/** The bytes of a manifest's file; they are what its hash is made of. */
export function manifestBytes({ keys, ...manifest }: Manifest): Buffer {
  const lines = keys.map(({ statement, signature }) => ({ statement, signature: signature.toString('hex') }));
  const text = JSON.stringify(
    { ...manifest, keys: lines },
    (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
    2,
  );
  return Buffer.from(`${text}\n`);
}

const ManifestStatement = z.tuple([z.literal(archiveForm), Month, At, Hash, Hash]);

/** Says of a manifest what is signed: its month, when it was made, the hash of its bytes, and by which key. */
export function signManifest({ month, at }: Manifest, bytes: Buffer, key: KeyObject): SignedStatement {
  const statement: Statement = [archiveForm, month, at, sha256(bytes), keyIdOf(key)];
  return { statement, signature: signStatement(statement, key) };
}

/** Reads the file of a signature. Throws a ZodError or SyntaxError where it is none of a manifest. */
export function readManifestSignature(text: string) {
  const signed = StatementLine.parse(JSON.parse(text));
  const [, month, at, hash, keyId] = ManifestStatement.parse(signed.statement);
  return { ...signed, month, at: new Date(at), hash, keyId };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
