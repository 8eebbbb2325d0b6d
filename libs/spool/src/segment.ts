import { writeSync } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { readRecord, type SpooledRecord } from './record.ts';
import { deliveredMark, deliveredPlace, segmentHead, segmentHeadBytes } from './segment-head.ts';
import { type ReadSegment } from './read-segment.ts';
import { syncFolder } from './sync-folder.ts';

/** Names sort as the numbers do. */
export const segmentName = (number: number) => `${String(number).padStart(12, '0')}.spool`;

/** One file of the spool: its records are appended at the end and delivered from the front. */
export class Segment {
  readonly path: string;
  readonly #handle: FileHandle;
  /** Where each record ends that is not delivered; those before `#head` are. */
  readonly #ends: number[];
  #head = 0;
  #start: number;
  #end: number;

  private constructor(path: string, handle: FileHandle, read: ReadSegment) {
    this.path = path;
    this.#handle = handle;
    this.#ends = [...read.ends];
    this.#start = read.start;
    this.#end = read.ends.at(-1) ?? read.start;
  }

  /** Makes an empty segment; its name is durable before this resolves. */
  static async create(directory: string, number: number): Promise<Segment> {
    const path = join(directory, segmentName(number));
    const handle = await open(path, 'wx+', 0o600);
    try {
      const head = segmentHead();
      await handle.write(head, 0, head.length, 0);
      await handle.datasync();
      await syncFolder(directory);
    } catch (error) {
      await handle.close();
      await unlink(path);
      throw error;
    }
    return new Segment(path, handle, {
      ends: [],
      start: segmentHeadBytes,
      oldestAtMs: null,
      badBytes: 0,
    });
  }

  /** Opens what a former process left, as `read` found it; what lies behind its last whole record is cut off. */
  static async reopen(path: string, read: ReadSegment): Promise<Segment> {
    const handle = await open(path, 'r+');
    const segment = new Segment(path, handle, read);
    if (read.badBytes > 0) await handle.truncate(segment.#end);
    return segment;
  }

  get fileBytes(): number {
    return this.#end;
  }

  /** Records that are durable and not delivered. */
  get count(): number {
    return this.#ends.length - this.#head;
  }

  /** Bytes of those. */
  get pendingBytes(): number {
    return this.#end - this.#start;
  }

  /** Writes whole records behind the last and resolves when the disk has them. When it rejects, none of them counts. */
  async append(records: Buffer, ends: readonly number[]): Promise<void> {
    const start = this.#end;
    for (let done = 0; done < records.length;) {
      const { bytesWritten } = await this.#handle.write(records, done, records.length - done, start + done);
      done += bytesWritten;
    }
    await this.#handle.datasync();
    for (const end of ends) this.#ends.push(start + end);
    this.#end = start + records.length;
  }

  /** The oldest records that are not delivered, at least one if there is one. A record that went bad is null. */
  async peek(maxRecords: number, maxBytes: number): Promise<readonly (SpooledRecord | null)[]> {
    const starts: number[] = [];
    let end = this.#start;
    for (let index = this.#head; index < this.#ends.length && starts.length < maxRecords; index += 1) {
      const next = this.#ends[index] ?? end;
      if (starts.length > 0 && next - this.#start > maxBytes) break;
      starts.push(end - this.#start);
      end = next;
    }
    const bytes = Buffer.alloc(end - this.#start);
    await this.#handle.read(bytes, 0, bytes.length, this.#start);
    return starts.map((start) => readRecord(bytes, start));
  }

  /** Marks the oldest `count` records as delivered. The mark survives a killed process; a power cut may forget it. */
  deliver(count: number): void {
    this.#start = this.#ends[this.#head + count - 1] ?? this.#start;
    this.#head += count;
    const mark = deliveredMark(this.#start);
    writeSync(this.#handle.fd, mark, 0, mark.length, deliveredPlace);
  }

  /** Cuts off what an append that failed may have left. */
  async cutOff(): Promise<void> {
    await this.#handle.truncate(this.#end);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async remove(): Promise<void> {
    await this.#handle.close();
    await unlink(this.path);
  }
}
