import { hash } from 'node:crypto';
import { type Request, type Response } from 'express';

/**
 * Sends an answer with its ETag, or 304 where the caller has it already. It may be kept by whoever asked, who is to ask each time whether
 * it still holds.
 */
export function sendTagged(req: Request, res: Response, type: string, text: string): void {
  const tag = `"${hash('sha256', text, 'base64url').slice(0, 27)}"`;
  res.set('ETag', tag).set('Cache-Control', 'private, no-cache').vary('Accept').vary('Authorization');
  if (names(req.headers['if-none-match'], tag)) res.status(304).end();
  else res.type(type).send(text);
}

function names(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((it) => it.trim().replace(/^W\//, '') === tag);
}
