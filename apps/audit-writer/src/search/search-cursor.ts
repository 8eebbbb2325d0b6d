import { Problem } from '@ssp/service';
import { z } from 'zod';

export type Anchor = 'received' | 'completed';

/** The window of a search, and where a page of it begins. */
export type Place = {
  readonly from: Date | null;
  /** Exclusive. */
  readonly to: Date | null;
  /** The last exchange of the page before. */
  readonly after: { readonly occurredAt: Date; readonly internalId: string } | null;
};

const Position = z.tuple([
  z.enum(['received', 'completed']),
  z.iso.datetime(),
  z.uuid(),
  z.iso.datetime().nullable(),
  z.iso.datetime().nullable(),
]);

/** The text by which the page after `last` is asked for; it holds the window too, which may have followed from "now". */
export function writeCursor(
  { anchor, from, to }: Pick<Place, 'from' | 'to'> & { readonly anchor: Anchor },
  { occurredAt, internalId }: NonNullable<Place['after']>,
): string {
  const position = [anchor, occurredAt, internalId, from, to];
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** What a cursor says. @throws Problem 400 for one of another query, or none at all */
export function readCursor(cursor: string, anchor: Anchor): Place {
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
