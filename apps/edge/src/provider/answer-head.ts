import { BadAnswer } from './bad-answer.ts';
import { isValueCharacter, readFieldLines } from './field-lines.ts';

/** How a provider's answer tells its end. */
export type AnswerFraming = 'none' | 'length' | 'chunked' | 'close';

/** The head of a provider's answer, read strictly. */
export type AnswerHead = {
  readonly status: number;
  readonly reason: string;
  /** Names and values in turn, with case, order and repeats as they came. */
  readonly headers: readonly string[];
  readonly framing: AnswerFraming;
  /** Bytes of the body where `framing` is `length`, else 0. */
  readonly length: number;
  /** Whether another exchange may follow on the connection. */
  readonly persistent: boolean;
  /** All values of `Connection`, joined; undefined where there is none. */
  readonly connection: string | undefined;
  /** How long the provider says it keeps an idle connection; null where it does not say. */
  readonly keepAliveMs: number | null;
};

const zero = 48;
const nine = 57;

/**
 * Reads a whole head, blank line included (RFC 9112). Throws BadAnswer for everything whose end two parsers might see in
 * different places: another version than HTTP/1.0 and 1.1, a length that is repeated or no plain number, a length beside a
 * transfer coding, any coding but a single `chunked`.
 */
export function parseAnswerHead(text: string, headersMax: number): AnswerHead {
  const modern = text.startsWith('HTTP/1.1 ');
  if (!modern && !text.startsWith('HTTP/1.0 ')) throw new BadAnswer('a version other than HTTP/1.1 or 1.0');
  const status = statusOf(text);
  let reasonEnd = 12;
  while (isValueCharacter(text.charCodeAt(reasonEnd))) reasonEnd++;
  if (text.charCodeAt(reasonEnd) !== 13 || text.charCodeAt(reasonEnd + 1) !== 10) {
    throw new BadAnswer('a control character in the status line');
  }
  const headers = readFieldLines(text, reasonEnd + 2, text.length - 2, headersMax);

  let length = -1;
  let chunked = false;
  let persistent = modern;
  let connection: string | undefined;
  let keepAliveMs: number | null = null;
  for (let index = 0; index < headers.length; index += 2) {
    const value = headers[index + 1] ?? '';
    switch (headers[index]?.toLowerCase()) {
      case 'content-length':
        if (length !== -1) throw new BadAnswer('more than one length');
        length = plainNumber(value);
        break;
      case 'transfer-encoding':
        if (chunked || value.toLowerCase() !== 'chunked') throw new BadAnswer('a coding other than chunked');
        chunked = true;
        break;
      case 'connection':
        connection = connection === undefined ? value : `${connection}, ${value}`;
        if (hasToken(value, 'close')) persistent = false;
        break;
      case 'keep-alive':
        keepAliveMs = keepAliveOf(value);
        break;
      default:
    }
  }
  if (chunked && length !== -1) throw new BadAnswer('a length beside a transfer coding');
  if (chunked && !modern) throw new BadAnswer('a transfer coding in HTTP/1.0');

  const bodiless = status < 200 || status === 204 || status === 304;
  const unframed = !chunked && length === -1;
  const framing = bodiless ? 'none' : chunked ? 'chunked' : unframed ? 'close' : 'length';
  return {
    status,
    reason: text.slice(13, reasonEnd),
    headers,
    framing,
    length: framing === 'length' ? length : 0,
    // A body announced where there is none may follow all the same: nothing more is read from that connection.
    persistent: persistent && !(bodiless && (chunked || (status === 204 && length > 0))),
    connection,
    keepAliveMs,
  };
}

function statusOf(text: string): number {
  let status = 0;
  for (let at = 9; at < 12; at++) {
    const code = text.charCodeAt(at);
    if (code < zero || code > nine) throw new BadAnswer('a status that is no number of three digits');
    status = status * 10 + code - zero;
  }
  const after = text.charCodeAt(12);
  if (status < 100 || status > 599 || (after !== 32 && after !== 13))
    throw new BadAnswer('a status out of range');
  return status;
}

/** Fifteen digits are below 2^53. */
function plainNumber(value: string): number {
  if (value === '' || value.length > 15) throw new BadAnswer('a length out of range');
  let number = 0;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code < zero || code > nine) throw new BadAnswer('a length that is no plain number');
    number = number * 10 + code - zero;
  }
  return number;
}

function hasToken(list: string, token: string): boolean {
  const lower = list.toLowerCase();
  return lower === token || (lower.includes(',') && lower.split(',').some((item) => item.trim() === token));
}

function keepAliveOf(value: string): number | null {
  // What nearly every server sends. On a quiet edge, whose code is cold, the pattern costs more than the rest of the head.
  const usual = value.startsWith('timeout=') ? digitsFrom(value, 8) : -1;
  if (usual !== -1) return usual * 1_000;
  const seconds = /(?:^|[,\s])timeout=(\d{1,6})(?:$|[,\s])/i.exec(value)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1_000;
}

/** The number that is the rest of a text, of six digits at most; -1 where it is none. */
function digitsFrom(text: string, start: number): number {
  if (text.length === start || text.length > start + 6) return -1;
  let number = 0;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < zero || code > nine) return -1;
    number = number * 10 + code - zero;
  }
  return number;
}
