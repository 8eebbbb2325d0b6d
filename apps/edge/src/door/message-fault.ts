/** What can be wrong with a message's head although Node's parser took it. */
export type MessageFault =
  | 'http-version'
  | 'too-many-headers'
  | 'header-name'
  | 'host-missing'
  | 'host-repeated'
  | 'host-malformed'
  | 'content-length'
  | 'content-length-repeated'
  | 'transfer-coding'
  | 'transfer-coding-repeated'
  | 'transfer-coding-in-http-1-0'
  | 'both-framings'
  | 'expectation';

/** The part of a request that frames it. */
export type MessageHead = {
  readonly httpVersionMajor: number;
  readonly httpVersionMinor: number;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
};

/**
 * Finds what another HTTP implementation might read differently than we do, in one pass over the raw headers: they show
 * the repeats that merged ones hide. Control characters and malformed names never come this far; the parser refuses them.
 */
export function messageFault(head: MessageHead, headersMax: number): MessageFault | null {
  const { httpVersionMajor, httpVersionMinor, rawHeaders } = head;
  if (httpVersionMajor !== 1 || httpVersionMinor > 1) return 'http-version';
  if (rawHeaders.length > headersMax * 2) return 'too-many-headers';
  let host: string | undefined;
  let length: string | undefined;
  let coding: string | undefined;
  let expectation: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    // By length first: few names need to be looked at closer.
    if (name.length === 4 && name.toLowerCase() === 'host') {
      if (host !== undefined) return 'host-repeated';
      host = value;
    } else if (name.length === 14 && name.toLowerCase() === 'content-length') {
      if (length !== undefined) return 'content-length-repeated';
      length = value;
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
      if (coding !== undefined) return 'transfer-coding-repeated';
      coding = value;
    } else if (name.length === 6 && name.toLowerCase() === 'expect') {
      if (expectation !== undefined) return 'expectation';
      expectation = value;
    } else if (name.includes('_') && disguised.test(name)) return 'header-name';
  }
  if (host === undefined) {
    // HTTP/1.0 knows no Host.
    if (httpVersionMinor === 1) return 'host-missing';
  } else if (!isHost(host)) return 'host-malformed';
  if (coding !== undefined) {
    if (length !== undefined) return 'both-framings';
    if (httpVersionMinor === 0) return 'transfer-coding-in-http-1-0';
    if (!chunked.test(coding)) return 'transfer-coding';
  }
  if (length !== undefined && !isLength(length)) return 'content-length';
  if (expectation === undefined) return null;
  return httpVersionMinor === 1 && expectation.toLowerCase() === '100-continue' ? null : 'expectation';
}

// Not by toLowerCase: it makes ASCII letters of some others.
const chunked = /^chunked$/i;

// Gateways that take `_` for `-` would see a second header of this name.
const disguised = /^(ssp[-_].*|host|authorization|content[-_]length|transfer[-_]encoding|connection)$/i;

/** Decimal digits as a machine writes them: no sign, no leading zero, within what a number holds exactly. */
function isLength(text: string): boolean {
  if (text.length === 0 || text.length > 16) return false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x30 || code > 0x39) return false;
  }
  return (text.length === 1 || text.charCodeAt(0) !== 0x30) && Number(text) <= Number.MAX_SAFE_INTEGER;
}

const bracketed = /^\[[0-9a-f:.]{2,45}\](:\d{1,5})?$/i;

/** A name or address with or without a port: no user, path, list or blank. */
function isHost(text: string): boolean {
  if (text.startsWith('[')) return bracketed.test(text);
  const colon = text.indexOf(':');
  const end = colon === -1 ? text.length : colon;
  if (end === 0 || end > 255) return false;
  for (let index = 0; index < end; index++) if (!isNameCharacter(text.charCodeAt(index))) return false;
  if (colon === -1) return true;
  if (text.length - colon < 2 || text.length - colon > 6) return false;
  for (let index = colon + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

function isNameCharacter(code: number): boolean {
  const letter = code | 0x20;
  return (
    (letter >= 0x61 && letter <= 0x7a && code >= 0x41) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2d ||
    code === 0x2e ||
    code === 0x5f
  );
}
