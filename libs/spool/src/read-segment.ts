import { readRecord, recordHeadBytes } from './record.ts';
import { readSegmentHead } from './segment-head.ts';

export type ReadSegment = {
  /** Where each record ends that has not been delivered, in order. */
  readonly ends: readonly number[];
  /** Where the first of them begins. */
  readonly start: number;
  /** When the first of them was appended; null when there is none. */
  readonly oldestAtMs: number | null;
  /** Bytes behind the last whole record: torn off by a crash, or altered. */
  readonly badBytes: number;
};

/** Tells what a segment's bytes hold; null when they are no segment. */
export function readSegment(bytes: Buffer): ReadSegment | null {
  const delivered = readSegmentHead(bytes);
  if (delivered === null) return null;
  const start = Math.min(delivered, bytes.length);
  const ends: number[] = [];
  let oldestAtMs: number | null = null;
  let at = start;
  for (;;) {
    const record = readRecord(bytes, at);
    const end = record?.end ?? endOfAltered(bytes, at);
    if (end === null) break;
    oldestAtMs ??= record?.atMs ?? null;
    ends.push(end);
    at = end;
  }
  return { ends, start, oldestAtMs, badBytes: bytes.length - at };
}

/** Where a record that does not read would end, if a whole one stands there: then it was altered and not torn off. */
function endOfAltered(bytes: Buffer, at: number): number | null {
  if (bytes.length < at + recordHeadBytes) return null;
  const end = at + recordHeadBytes + bytes.readUInt32LE(at + 4);
  return readRecord(bytes, end) === null ? null : end;
}
