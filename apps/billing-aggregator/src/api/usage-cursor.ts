import { Problem } from '@ssp/service';
import { z } from 'zod';

/** Where a group stands in the order: the figure ordered by, null where names alone do, then time and names. */
export type UsagePlace = { readonly figure: number | null; readonly names: readonly string[] };

const Place = z.tuple([z.string(), z.number().nullable(), z.array(z.string())]);

/** The text by which the page after a place is asked for; `mark` is that of the question. */
export function writeUsageCursor(mark: string, { figure, names }: UsagePlace): string {
  return Buffer.from(JSON.stringify([mark, figure, names])).toString('base64url');
}

/** @throws Problem 400 for a cursor of another question, or none at all */
export function readUsageCursor(cursor: string, mark: string): UsagePlace {
  const read = Place.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!read.success || read.data[0] !== mark) {
    throw new Problem(400, 'cursor: is not that of a page of this query');
  }
  const [, figure, names] = read.data;
  return { figure, names };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
