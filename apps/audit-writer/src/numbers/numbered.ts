import { z } from 'zod';

/** The number that a producer gave to an event, on the event's topic. */
export type Numbered = { readonly source: string; readonly number: number };

/** Longer ones fit no index: their numbers are passed over. */
const sourceLengthMax = 512;

const Envelope = z.object({ source: z.string(), sequence: z.string().regex(/^[1-9]\d{0,11}$/) });

/** What an event says of its number; null where it has none. */
export function numberOf({
  source,
  sequence,
}: {
  readonly source: string;
  readonly sequence?: string | undefined;
}): Numbered | null {
  return sequence === undefined || source.length > sourceLengthMax || source.includes('\0')
    ? null
    : { source: source.toWellFormed(), number: Number(sequence) };
}

/** The number of what is no event for another reason, so that it is not missed beside that; null where none can be read. */
export function numberIn(value: Buffer): Numbered | null {
  try {
    const found = Envelope.safeParse(JSON.parse(value.toString()));
    return found.success ? numberOf(found.data) : null;
  } catch {
    return null;
  }
}
