import { type Logger } from 'pino';
import { recordBytes, type SpooledRecord, writeRecord } from './record.ts';
import { Segment } from './segment.ts';
import { segmentHeadBytes } from './segment-head.ts';
import { SpoolFullError, SpoolWriteError } from './spool-errors.ts';
import { type SpoolMetrics } from './spool-metrics.ts';

export type SpoolLimits = {
  /** Bytes of files, beyond which nothing is taken. */
  readonly maxBytes: number;
  /** A file that has reached this size is followed by another. */
  readonly segmentBytes: number;
};

/** One write of what has piled up; more would hold the first of it up. */
const GROUP_BYTES_MAX = 4 * 1_024 * 1_024;

/** What one append brought, until the disk has it. */
type Waiting = {
  readonly payloads: readonly string[];
  readonly atMs: number;
  readonly bytes: number;
  readonly done: PromiseWithResolvers<void>;
};

/** What the folder held when it was opened. */
export type FoundSegments = {
  readonly segments: readonly Segment[];
  readonly oldestAtMs: number | null;
  readonly nextNumber: number;
};

/**
 * First in, first out, on disk. What waits while the disk is busy shares the next write and flush. Records leave in the order of
 * their appends, and a file is removed once all of it has been delivered.
 */
export class Spool {
  readonly #directory: string;
  readonly #limits: SpoolLimits;
  readonly #metrics: SpoolMetrics;
  readonly #log: Logger;
  readonly #segments: Segment[];
  #nextNumber: number;
  /** The last segment is full, or what it holds at its end is not known. */
  #isClosed = true;
  #writingTo: Segment | null = null;
  #waiting: Waiting[] = [];
  #committing: Promise<void> | null = null;
  #waitingCount = 0;
  #waitingBytes = 0;
  #oldestAtMs: number | null;
  #lastFailure: Error | null = null;

  constructor(
    directory: string,
    limits: SpoolLimits,
    found: FoundSegments,
    metrics: SpoolMetrics,
    log: Logger,
  ) {
    this.#directory = directory;
    this.#limits = limits;
    this.#segments = [...found.segments];
    this.#oldestAtMs = found.oldestAtMs;
    this.#nextNumber = found.nextNumber;
    this.#metrics = metrics;
    this.#log = log;
  }

  /** Records that have not been delivered, those included that the disk does not have yet. */
  get size(): number {
    return this.#segments.reduce((sum, { count }) => sum + count, this.#waitingCount);
  }

  /** Of the files, and of what is on its way into them. */
  get bytes(): number {
    return this.#segments.reduce((sum, { fileBytes }) => sum + fileBytes, this.#waitingBytes);
  }

  /** When the oldest record was appended, or one that was delivered shortly before it. */
  get oldestAtMs(): number | null {
    return this.size === 0 ? null : this.#oldestAtMs;
  }

  /** Why the last append was not taken; null when it was. */
  get lastFailure(): Error | null {
    return this.#lastFailure;
  }

  /**
   * Resolves when the disk has all of these, in this order and behind all that came before. Rejects with SpoolFullError or
   * SpoolWriteError when it has none of them.
   */
  append(payloads: readonly string[], atMs: number): Promise<void> {
    let bytes = 0;
    for (const payload of payloads) bytes += recordBytes(payload);
    if (this.bytes + bytes + segmentHeadBytes > this.#limits.maxBytes) {
      const error = new SpoolFullError(`the spool may hold ${this.#limits.maxBytes} bytes`);
      this.#refused(payloads.length, 'full', error);
      return Promise.reject(error);
    }
    const done = Promise.withResolvers<void>();
    this.#waiting.push({ payloads, atMs, bytes, done });
    this.#waitingCount += payloads.length;
    this.#waitingBytes += bytes;
    this.#oldestAtMs ??= atMs;
    this.#committing ??= this.#commitAll();
    return done.promise;
  }

  /**
   * The oldest records, as many as these limits allow and at least one; none only when the spool is empty. A record that the disk
   * gives back altered is counted, and null in its place.
   */
  async peek(maxRecords: number, maxBytes: number): Promise<readonly (string | null)[]> {
    for (;;) {
      const oldest = this.#segments.find(({ count }) => count > 0);
      if (oldest) return this.#read(await oldest.peek(maxRecords, maxBytes), oldest);
      if (this.#committing === null) return [];
      await this.#committing;
    }
  }

  /** Forgets the oldest `count` records that the disk has: somebody else has them now. */
  async deliver(count: number): Promise<void> {
    let rest = count;
    for (const segment of this.#segments) {
      const here = Math.min(rest, segment.count);
      rest -= here;
      if (here === 0) continue;
      try {
        segment.deliver(here);
      } catch (error) {
        this.#log.warn({ err: error }, 'the spool could not mark what was delivered: a restart repeats it');
      }
    }
    this.#metrics.delivered.inc(count);
    if (this.size === 0) this.#oldestAtMs = null;
    await this.#removeDelivered();
  }

  /** Waits for what is under way and closes the files; what was not delivered stays in them. */
  async close(): Promise<void> {
    await this.#committing;
    await this.#removeDelivered();
    for (const segment of this.#segments) await segment.close();
  }

  #read(records: readonly (SpooledRecord | null)[], { path }: Segment): readonly (string | null)[] {
    this.#oldestAtMs = records.find((record) => record !== null)?.atMs ?? this.#oldestAtMs;
    const damaged = records.filter((record) => record === null).length;
    if (damaged > 0) {
      this.#metrics.damaged.inc(damaged);
      this.#log.fatal({ damaged, path }, 'records of the spool are not as they were written');
    }
    return records.map((record) => record?.payload ?? null);
  }

  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      // What one turn of the event loop brings shares the flush.
      await new Promise(setImmediate);
      const group = this.#takeGroup();
      const stopTimer = this.#metrics.commitSeconds.startTimer();
      let failure: Error | null = null;
      try {
        await this.#commit(group);
      } catch (cause) {
        failure = new SpoolWriteError('the disk did not confirm the append', { cause });
      }
      stopTimer();
      for (const { payloads, bytes, done } of group) {
        this.#waitingCount -= payloads.length;
        this.#waitingBytes -= bytes;
        if (failure === null) {
          this.#metrics.appended.inc(payloads.length);
          done.resolve();
        } else {
          this.#refused(payloads.length, 'write', failure);
          done.reject(failure);
        }
      }
      if (failure === null) this.#lastFailure = null;
    }
    this.#committing = null;
  }

  #takeGroup(): readonly Waiting[] {
    let count = 0;
    let bytes = 0;
    for (const waiting of this.#waiting) {
      bytes += waiting.bytes;
      if (count > 0 && bytes > GROUP_BYTES_MAX) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const bytes = Buffer.allocUnsafe(group.reduce((sum, waiting) => sum + waiting.bytes, 0));
    const ends: number[] = [];
    let at = 0;
    for (const { payloads, atMs } of group) {
      for (const payload of payloads) {
        at = writeRecord(bytes, at, payload, atMs);
        ends.push(at);
      }
    }
    const segment = await this.#openSegment();
    try {
      await segment.append(bytes, ends);
    } catch (error) {
      // After a failed flush nobody knows what the file holds: nothing is written behind it.
      this.#isClosed = true;
      await segment.cutOff().catch(() => undefined);
      throw error;
    } finally {
      this.#writingTo = null;
    }
    if (segment.fileBytes >= this.#limits.segmentBytes) this.#isClosed = true;
  }

  /** The segment for the next write, which nobody removes from now on. */
  async #openSegment(): Promise<Segment> {
    const last = this.#segments.at(-1);
    if (last && !this.#isClosed) return (this.#writingTo = last);
    const segment = await Segment.create(this.#directory, this.#nextNumber);
    this.#nextNumber += 1;
    this.#segments.push(segment);
    this.#isClosed = false;
    return (this.#writingTo = segment);
  }

  async #removeDelivered(): Promise<void> {
    for (;;) {
      // Looked for anew each time: while one is removed, what was empty before may have been written to.
      const segment = this.#segments.find((it) => it.count === 0 && it !== this.#writingTo);
      if (segment === undefined) return;
      if (segment === this.#segments.at(-1)) this.#isClosed = true;
      this.#segments.splice(this.#segments.indexOf(segment), 1);
      await segment.remove().catch((error: unknown) => {
        this.#log.warn({ err: error, path: segment.path }, 'a delivered file of the spool was not removed');
      });
    }
  }

  #refused(count: number, reason: 'full' | 'write', error: Error): void {
    if (this.#lastFailure === null) this.#log.error({ err: error }, 'the spool takes nothing');
    this.#lastFailure = error;
    this.#metrics.refused.inc({ reason }, count);
  }
}
