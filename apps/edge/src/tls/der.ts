/** The tags that certificates and CRLs are made of. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** What is no DER, or not the DER that was expected there. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

/**
 * Walks the elements of a stretch of DER, one behind the other. `tag`, `start` and `end` are those of the element read
 * last: one reader serves a list of any length without an object for each of its elements.
 */
export class DerReader {
  readonly bytes: Buffer;
  tag = 0;
  /** Of the element's header; its content begins at `start`. */
  from = 0;
  start = 0;
  end = 0;
  #at: number;
  #limit: number;

  constructor(bytes: Buffer, from = 0, to = bytes.length) {
    this.bytes = bytes;
    this.#at = from;
    this.#limit = to;
  }

  /** Reads on within another stretch of the same bytes. */
  within(from: number, to: number): this {
    this.#at = from;
    this.#limit = to;
    return this;
  }

  hasMore(): boolean {
    return this.#at < this.#limit;
  }

  /** The tag of the element to come; -1 at the end. */
  peek(): number {
    return this.hasMore() ? (this.bytes[this.#at] ?? -1) : -1;
  }

  /** Reads the next element whatever it is. Throws a DerError for what is cut off or not in DER's one form. */
  next(): this {
    const { bytes } = this;
    const from = this.#at;
    const limit = this.#limit;
    let at = from + 2;
    if (at > limit) throw new DerError('an element is cut off');
    const tag = bytes[from] ?? 0;
    if ((tag & 0x1f) === 0x1f) throw new DerError('a tag of more than one octet');
    let length = bytes[from + 1] ?? 0;
    if (length >= 0x80) {
      const octets = length & 0x7f;
      if (octets === 0 || octets > 4) throw new DerError('a length of no definite form');
      if (at + octets > limit) throw new DerError('an element is cut off');
      length = bytes.readUIntBE(at, octets);
      at += octets;
      if (length < 0x80 || length < 2 ** (8 * (octets - 1))) throw new DerError('a length that is too long');
    }
    if (at + length > limit) throw new DerError('an element is cut off');
    this.tag = tag;
    this.from = from;
    this.start = at;
    this.end = at + length;
    this.#at = this.end;
    return this;
  }

  /** Reads the next element, which must have this tag. */
  read(tag: number): this {
    this.next();
    if (this.tag !== tag) throw new DerError(`tag ${this.tag} stands where ${tag} belongs`);
    return this;
  }

  /** Reads the next element if it has this tag. */
  readIf(tag: number): boolean {
    if (this.peek() !== tag) return false;
    this.next();
    return true;
  }

  /** A reader of what the element read last contains. */
  inside(): DerReader {
    return new DerReader(this.bytes, this.start, this.end);
  }

  /** The content of the element read last. */
  content(): Buffer {
    return this.bytes.subarray(this.start, this.end);
  }

  /** The element read last, header and all. */
  whole(): Buffer {
    return this.bytes.subarray(this.from, this.end);
  }

  /** Whether the element read last is exactly these octets. */
  is(octets: Buffer): boolean {
    return this.whole().equals(octets);
  }
}

/** The dotted form of an object identifier's content. */
export function oidText(content: Buffer): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of content) {
    arc = arc * 128 + (octet & 0x7f);
    if (octet < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [first = 0, ...rest] = arcs;
  const top = Math.min(Math.floor(first / 40), 2);
  return [top, first - top * 40, ...rest].join('.');
}

/** The octets of a certificate's serial number as a key; serials are unique per issuer only. */
export function serialKey(bytes: Buffer, start: number, end: number): string {
  let from = start;
  while (from < end - 1 && bytes[from] === 0) from++;
  return bytes.toString('latin1', from, end);
}

/**
 * Epoch milliseconds of the UTCTime or GeneralizedTime read last (RFC 5280 4.1.2.5: in seconds and Zulu).
 * Throws a DerError for another form.
 */
export function timeMs(reader: DerReader): number {
  const text = reader.bytes.toString('latin1', reader.start, reader.end);
  const isShort = reader.tag === tags.utcTime;
  if (!isShort && reader.tag !== tags.generalizedTime) throw new DerError('no time');
  const long = isShort ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(long);
  const [, year, month, day, hour, minute, second] = parts ?? [];
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(ms)) throw new DerError('a time of another form than RFC 5280 has');
  return ms;
}
