import { hash } from 'node:crypto';
import { type Request, type Response } from 'express';

/** A text that is answered, and its type. */
export type TaggedText = { readonly type: string; readonly text: string };

/**
 * Sends an answer with its ETag, or 304 where the caller has it already. It may be kept by whoever asked, who is to ask each time whether
 * it still holds.
 */
export function sendTagged(req: Request, res: Response, { type, text }: TaggedText): void {
  const tag = tagOf(text);
  res.set('ETag', tag).set('Cache-Control', 'private, no-cache').vary('Accept').vary('Authorization');
  if (names(req.headers['if-none-match'], tag)) res.status(304).end();
  else res.type(type).send(text);
}

/**
 * Sends a file as `sendTagged` does. `note` is waited for before it goes out, and asked for nothing where nothing does: where the caller has
 * it already, or wants its head alone.
 */
export async function sendFile(
  req: Request,
  res: Response,
  { fileName, ...tagged }: TaggedText & { readonly fileName: string | null },
  note: () => Promise<void>,
): Promise<void> {
  const goesOut = req.method !== 'HEAD' && !names(req.headers['if-none-match'], tagOf(tagged.text));
  if (goesOut) await note();
  if (fileName !== null) res.attachment(fileName);
  sendTagged(req, res, tagged);
}

const tagOf = (text: string) => `"${hash('sha256', text, 'base64url').slice(0, 27)}"`;

function names(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((it) => it.trim().replace(/^W\//, '') === tag);
}
