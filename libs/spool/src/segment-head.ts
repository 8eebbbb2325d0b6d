import { crc32 } from 'node:zlib';

const mark = Buffer.from('SSPSPOOL');
const version = 1;

/** Mark 8, version 4, unused 4, then how far the segment has been delivered: offset 8 and the CRC-32 of that. */
export const segmentHeadBytes = 32;
/** Where the delivered offset stands, so that it can be written anew by itself. */
export const deliveredPlace = 16;

/** The head of a segment of which nothing has been delivered. */
export function segmentHead(): Buffer {
  const head = Buffer.alloc(segmentHeadBytes);
  mark.copy(head);
  head.writeUInt32LE(version, 8);
  deliveredMark(segmentHeadBytes).copy(head, deliveredPlace);
  return head;
}

/** The part of a head that says up to which offset all records have been delivered. */
export function deliveredMark(offset: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeBigUInt64LE(BigInt(offset));
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 8)), 8);
  return bytes;
}

/**
 * The delivered offset that a segment's head tells; null when these bytes are no such head. A torn mark reads as nothing
 * delivered: a repeat is recognised by who receives it, a loss could not be mended.
 */
export function readSegmentHead(bytes: Buffer): number | null {
  if (bytes.length < segmentHeadBytes || !bytes.subarray(0, mark.length).equals(mark)) return null;
  if (bytes.readUInt32LE(8) !== version) return null;
  const told = bytes.subarray(deliveredPlace, deliveredPlace + 8);
  if (crc32(told) !== bytes.readUInt32LE(deliveredPlace + 8)) return segmentHeadBytes;
  return Math.max(segmentHeadBytes, Number(told.readBigUInt64LE()));
}
