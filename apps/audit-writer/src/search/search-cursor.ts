import { Problem } from '@ssp/service';
import { z } from 'zod';
import { type Search } from './search-query.ts';

export type Anchor = 'received' | 'completed';

const Position = z.tuple([
  z.enum(['received', 'completed']),
  z.iso.datetime(),
  z.uuid(),
  z.iso.datetime().nullable(),
  z.iso.datetime().nullable(),
]);

/** The text by which the page after `last` is asked for; it holds the window too, which may have followed from "now". */
export function writeCursor(
  { anchor, from, to }: Pick<Search, 'anchor' | 'from' | 'to'>,
  { occurredAt, internalId }: NonNullable<Search['after']>,
): string {
  const position = [anchor, occurredAt, internalId, from, to];
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** What a cursor says. @throws Problem 400 for one of another query, or none at all */
export function readCursor(cursor: string, anchor: Anchor): Pick<Search, 'after' | 'from' | 'to'> {
  const read = Position.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!read.success || read.data[0] !== anchor) {
    throw new Problem(400, 'cursor: is not that of a page of this query');
  }
  const [, occurredAt, internalId, from, to] = read.data;
  return {
    after: { occurredAt: new Date(occurredAt), internalId },
    from: from === null ? null : new Date(from),
    to: to === null ? null : new Date(to),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
