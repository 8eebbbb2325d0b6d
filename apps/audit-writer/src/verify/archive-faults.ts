import { join } from 'node:path';
import { type Archive, hashFile } from '../archive/read-archive.ts';
import { type KnownKeys } from '../key-change.ts';
import { isSignedBy } from '../statement.ts';
import { replacedGraceMs } from './signer-fault.ts';

/** Something wrong with an archive as files. */
export type ArchiveFault = {
  /** The archive's folder. */
  readonly archive: string;
  /** Null where it is the manifest. */
  readonly file: string | null;
  readonly kind: 'altered' | 'missing' | 'not signed by a known key';
  /** For people. */
  readonly detail: string;
};

/** Compares an archive with its manifest, and the manifest with its signature. Without `keys` signatures are not looked at. */
export async function archiveFaults(
  archive: Archive,
  keys: KnownKeys | null,
): Promise<readonly ArchiveFault[]> {
  const faults: ArchiveFault[] = [];
  const unsigned = keys && signatureFault(archive, keys);
  if (unsigned)
    faults.push({ archive: archive.name, file: null, kind: 'not signed by a known key', detail: unsigned });
  for (const { name, bytes, sha256 } of archive.manifest.files) {
    const found = await hashFile(join(archive.path, name));
    const of = { archive: archive.name, file: name };
    if (!found)
      faults.push({ ...of, kind: 'missing', detail: 'the manifest tells of a file that is not there' });
    else if (found.bytes !== bytes || found.sha256 !== sha256)
      faults.push({ ...of, kind: 'altered', detail: 'it is not the file that the manifest tells of' });
  }
  return faults;
}

function signatureFault({ signature, hash, manifest }: Archive, keys: KnownKeys): string | null {
  if (signature === null) return 'it is not signed at all';
  if (signature === 'unreadable') return 'its signature cannot be read';
  const signer = keys.get(signature.keyId);
  if (!signer || !isSignedBy(signature, signer.key)) return 'altered, or signed by somebody without the key';
  if (signer.until && signature.at.getTime() > signer.until.getTime() + replacedGraceMs)
    return 'the key had been replaced by then';
  if (signature.hash !== hash) return 'it is not the manifest that was signed';
  return signature.month === manifest.month ? null : 'it was signed for another month';
}
