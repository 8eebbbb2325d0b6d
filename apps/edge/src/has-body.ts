import { type IncomingMessage } from 'node:http';
import { requestFraming } from './provider/request-framing.ts';

/** Tells whether a request announces a body; also where its length cannot be what it says. */
export function hasBody(req: IncomingMessage): boolean {
  const framing = requestFraming(req);
  return framing !== 'none' && framing !== 0;
}
