import { type IncomingMessage } from 'node:http';

/** How a request's body is framed, for us to write it anew: without one, in chunks, or so many bytes. */
export type RequestFraming = 'none' | 'chunked' | number;

/** Reads it from what Node has parsed; null where a length cannot be what it says. */
export function requestFraming(req: IncomingMessage): RequestFraming | null {
  if (req.headers['transfer-encoding'] !== undefined) return 'chunked';
  const length = req.headers['content-length'];
  if (length === undefined) return 'none';
  const bytes = Number(length);
  return Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : null;
}
