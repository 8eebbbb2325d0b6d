import { inflateRawSync } from 'node:zlib';

const endOfDirectory = 0x06_05_4b_50;
const directoryEntry = 0x02_01_4b_50;
const deflated = 8;

/** One deflated file of a zip archive below 4 GB; throws where it is not there. */
export function unzipEntry(archive: Buffer, name: string): Buffer {
  const end = archive.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  if (end < 0 || archive.readUInt32LE(end) !== endOfDirectory) throw new Error('this is no zip archive');
  let at = archive.readUInt32LE(end + 16);
  for (let rest = archive.readUInt16LE(end + 10); rest > 0; rest -= 1) {
    if (archive.readUInt32LE(at) !== directoryEntry) throw new Error('the archive is damaged');
    const nameBytes = archive.readUInt16LE(at + 28);
    const nextAt = at + 46 + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    if (archive.toString('utf8', at + 46, at + 46 + nameBytes) === name) return inflated(archive, at);
    at = nextAt;
  }
  throw new Error(`${name} is not in the archive`);
}

function inflated(archive: Buffer, entryAt: number): Buffer {
  if (archive.readUInt16LE(entryAt + 10) !== deflated)
    throw new Error('the file is packed in an unknown way');
  const packedBytes = archive.readUInt32LE(entryAt + 20);
  const localAt = archive.readUInt32LE(entryAt + 42);
  const dataAt = localAt + 30 + archive.readUInt16LE(localAt + 26) + archive.readUInt16LE(localAt + 28);
  return inflateRawSync(archive.subarray(dataAt, dataAt + packedBytes));
}
