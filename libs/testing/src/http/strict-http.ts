/** One HTTP/1.1 message as it stood on the wire. */
export interface WireMessage {
  /** Request line or status line. */
  readonly startLine: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly trailers: readonly string[];
}

/** What a stretch of bytes holds, by a reader that forgives nothing. */
export interface WireReading {
  readonly messages: readonly WireMessage[];
  /** The beginning of a further message, so far without a fault. */
  readonly rest: Buffer;
  /** Why reading stopped; null while all is well. */
  readonly fault: string | null;
}

class WireFault extends Error {}

const crlf = '\r\n';
const requestLine = /^[A-Z]+ [\x21-\x7e]+ HTTP\/1\.1$/;
const statusLine = /^HTTP\/1\.1 [1-5]\d\d [\t\x20-\x7e]*$/;
const field = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/;
const value = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Splits bytes into messages as RFC 9112 writes them, with one framing each and nothing that two readers could take
 * differently. `ended` tells that the connection was closed after them.
 */
export function readWire(bytes: Buffer, kind: 'request' | 'response', ended = false): WireReading {
  const text = bytes.toString('latin1');
  const messages: WireMessage[] = [];
  let at = 0;
  while (at < text.length) {
    try {
      const message = readMessage(text, at, kind, ended);
      if (message === null) break;
      messages.push(message.message);
      at = message.end;
    } catch (error) {
      if (!(error instanceof WireFault)) throw error;
      return { messages, rest: bytes.subarray(at), fault: error.message };
    }
  }
  return { messages, rest: bytes.subarray(at), fault: null };
}

type Read<Value> = { readonly value: Value; readonly end: number } | null;

function readMessage(
  text: string,
  start: number,
  kind: 'request' | 'response',
  ended: boolean,
): { readonly message: WireMessage; readonly end: number } | null {
  const lines = readLines(text, start);
  if (lines === null) return null;
  const [startLine = '', ...fields] = lines.value;
  if (!(kind === 'request' ? requestLine : statusLine).test(startLine)) {
    throw new WireFault(`start line ${JSON.stringify(startLine.slice(0, 80))}`);
  }
  const headers = fields.flatMap(readField);
  const body = readBody(text, lines.end, headers, kind === 'request' ? 'request' : startLine, ended);
  if (body === null) return null;
  return { message: { startLine, headers, ...body.value }, end: body.end };
}

/** Lines up to an empty one. */
function readLines(text: string, start: number): Read<string[]> {
  const end = text.indexOf(crlf + crlf, start);
  const head = end === -1 ? text.slice(start) : text.slice(start, end);
  const lines = head.split(crlf);
  for (const line of lines) {
    const isCut = end === -1 && line === lines.at(-1);
    if (line.includes('\n') || (isCut ? line.slice(0, -1) : line).includes('\r')) {
      throw new WireFault('a bare CR or LF');
    }
  }
  if (lines[0] === '') throw new WireFault('an empty line before the message');
  return end === -1 ? null : { value: lines, end: end + 4 };
}

function readField(line: string): [string, string] {
  const [, name, text] = field.exec(line) ?? [];
  if (name === undefined || text === undefined || !value.test(text)) {
    throw new WireFault(`field ${JSON.stringify(line.slice(0, 80))}`);
  }
  return [name, text];
}

type Body = Pick<WireMessage, 'body' | 'trailers'>;

function readBody(
  text: string,
  start: number,
  headers: readonly string[],
  startLine: string,
  ended: boolean,
): Read<Body> {
  const coding = only(headers, 'transfer-encoding');
  const length = only(headers, 'content-length');
  if (coding !== null && length !== null) throw new WireFault('both framings');
  if (coding !== null) {
    if (coding !== 'chunked') throw new WireFault(`coding ${coding}`);
    return readChunks(text, start);
  }
  if (length !== null && !/^(0|[1-9]\d{0,14})$/.test(length)) throw new WireFault(`length ${length}`);
  const isBare = startLine === 'request' ? length === null : /^HTTP\/1\.1 (1\d\d|204|304) /.test(startLine);
  if (isBare) return { value: { body: Buffer.alloc(0), trailers: [] }, end: start };
  if (length === null && !ended) return null;
  const end = length === null ? text.length : start + Number(length);
  if (end > text.length) return null;
  return { value: { body: Buffer.from(text.slice(start, end), 'latin1'), trailers: [] }, end };
}

function readChunks(text: string, start: number): Read<Body> {
  const chunks: string[] = [];
  for (let at = start; ;) {
    const lineEnd = text.indexOf(crlf, at);
    const line = text.slice(at, lineEnd === -1 ? undefined : lineEnd);
    if (!(lineEnd === -1 ? /^[0-9a-fA-F]{0,8}\r?$/ : /^[0-9a-fA-F]{1,8}$/).test(line)) {
      throw new WireFault(`chunk size ${JSON.stringify(line.slice(0, 40))}`);
    }
    if (lineEnd === -1) return null;
    const size = Number.parseInt(line, 16);
    at = lineEnd + 2;
    if (size === 0) {
      if (text.startsWith(crlf, at)) return chunksRead(chunks, [], at + 2);
      if (text.length - at < 2) return null;
      const trailers = readLines(text, at);
      return trailers && chunksRead(chunks, trailers.value.flatMap(readField), trailers.end);
    }
    if (text.length < at + size + 2) return null;
    if (!text.startsWith(crlf, at + size)) throw new WireFault('a chunk of another size than announced');
    chunks.push(text.slice(at, at + size));
    at += size + 2;
  }
}

function chunksRead(chunks: readonly string[], trailers: readonly string[], end: number): Read<Body> {
  return { value: { body: Buffer.from(chunks.join(''), 'latin1'), trailers }, end };
}

/** The value of a header that may stand once. */
function only(headers: readonly string[], lowerName: string): string | null {
  const values = headers.filter((_, at) => at % 2 === 1 && headers[at - 1]?.toLowerCase() === lowerName);
  if (values.length > 1) throw new WireFault(`${lowerName} repeated`);
  return values[0] ?? null;
}
