import { crc32 } from 'node:zlib';

/** CRC-32 4, payload's length 4, time of the append 8; the CRC covers all that follows it. */
export const recordHeadBytes = 16;

export type SpooledRecord = { readonly payload: string; readonly atMs: number; readonly end: number };

/** Bytes of a record with this payload. */
export function recordBytes(payload: string): number {
  return recordHeadBytes + Buffer.byteLength(payload);
}

/** Writes one record; returns where it ends. */
export function writeRecord(bytes: Buffer, start: number, payload: string, atMs: number): number {
  const length = bytes.write(payload, start + recordHeadBytes);
  const end = start + recordHeadBytes + length;
  bytes.writeUInt32LE(length, start + 4);
  bytes.writeDoubleLE(atMs, start + 8);
  bytes.writeUInt32LE(crc32(bytes.subarray(start + 4, end)), start);
  return end;
}

/** Reads the record that begins at `start`; null where none stands whole and unaltered. */
export function readRecord(bytes: Buffer, start: number): SpooledRecord | null {
  if (bytes.length < start + recordHeadBytes) return null;
  const end = start + recordHeadBytes + bytes.readUInt32LE(start + 4);
  if (bytes.length < end) return null;
  if (crc32(bytes.subarray(start + 4, end)) !== bytes.readUInt32LE(start)) return null;
  return {
    payload: bytes.toString('utf8', start + recordHeadBytes, end),
    atMs: bytes.readDoubleLE(start + 8),
    end,
  };
}
