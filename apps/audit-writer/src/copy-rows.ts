const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
/** Flags and the length of an extension: there are none. */
const headerBytes = signature.length + 8;
const int32Max = 2 ** 31 - 1;
const int32Values = 2 ** 32;
/** Postgres counts from the start of 2000. */
const epochMs = 946_684_800_000;

/**
 * Rows in COPY's binary format, which Postgres reads for half of what its text format costs. A row is begun, then each of its
 * fields is put, in the order of the columns; null is a field without a value.
 */
export class CopyRows {
  #bytes: Buffer;
  #end = headerBytes;
  #rows = 0;

  /** With room for about so many bytes; more is made when it is needed, which costs. */
  constructor(bytes: number) {
    this.#bytes = Buffer.allocUnsafe(headerBytes + bytes);
    signature.copy(this.#bytes);
    this.#bytes.fill(0, signature.length, headerBytes);
  }

  get rows(): number {
    return this.#rows;
  }

  begin(fields: number): void {
    this.#rows += 1;
    this.#makeRoom(2);
    this.#end = this.#bytes.writeInt16BE(fields, this.#end);
  }

  /** For columns of text and of json. */
  putText(text: string | null): void {
    if (text === null) return this.#putNull();
    // A UTF-16 unit takes three bytes at most.
    this.#makeRoom(4 + 3 * text.length);
    const length = this.#bytes.write(text, this.#end + 4, 'utf8');
    this.#bytes.writeInt32BE(length, this.#end);
    this.#end += 4 + length;
  }

  /** What the column does not hold goes out wider than it, so that Postgres refuses the row rather than we. */
  putInt32(value: number | null): void {
    if (value === null) return this.#putNull();
    if (value > int32Max || value < -int32Max - 1) return this.putInt64(BigInt(value));
    this.#putLength(4);
    this.#end = this.#bytes.writeInt32BE(value, this.#end);
  }

  putInt64(value: bigint): void {
    this.#putLength(8);
    this.#end = this.#bytes.writeBigInt64BE(value, this.#end);
  }

  /** For columns of timestamptz; takes what Date.parse does. */
  putTime(time: string): void {
    const us = (Date.parse(time) - epochMs) * 1_000;
    const high = Math.floor(us / int32Values);
    this.#putLength(8);
    this.#end = this.#bytes.writeInt32BE(high, this.#end);
    this.#end = this.#bytes.writeUInt32BE(us - high * int32Values, this.#end);
  }

  /** Takes 36 characters. */
  putUuid(uuid: string | null): void {
    if (uuid === null) return this.#putNull();
    this.#putLength(16);
    this.#bytes.write(uuid.replaceAll('-', ''), this.#end, 'hex');
    this.#end += 16;
  }

  putBytes(bytes: Buffer): void {
    this.#putLength(bytes.length);
    bytes.copy(this.#bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Ends the rows; the bytes are to be sent before any more are put. */
  ended(): Buffer {
    this.#makeRoom(2);
    return this.#bytes.subarray(0, this.#bytes.writeInt16BE(-1, this.#end));
  }

  #putNull(): void {
    this.#makeRoom(4);
    this.#end = this.#bytes.writeInt32BE(-1, this.#end);
  }

  #putLength(length: number): void {
    this.#makeRoom(4 + length);
    this.#end = this.#bytes.writeInt32BE(length, this.#end);
  }

  #makeRoom(bytes: number): void {
    const needed = this.#end + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * needed);
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}
