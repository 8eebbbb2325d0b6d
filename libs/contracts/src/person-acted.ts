import { z } from 'zod';
import { defineEvent } from './event.ts';
import { ExchangeCompleted } from './exchange-events.ts';

/** What people do at the console and the billing API that the audit keeps. */
export const personActions = [
  'signed-in',
  'signed-out',
  'sign-in-refused',
  'exported',
  'tariffs-loaded',
  'month-closed',
  'adjusted',
  'difference-accepted',
] as const;
export type PersonAction = (typeof personActions)[number];

/** Who acts: a person, by what the identity provider says of them, or a machine by its token. */
export const Actor = z.object({
  /** Null where none is known, as in a refused sign-in. */
  role: z.string().nullable(),
  name: z.string(),
  /** By which the identity provider knows the person; null for a machine. */
  subject: z.string().nullable(),
  /** Of a person of a supplier alone. */
  supplier: z.string().nullable(),
});
export type Actor = z.infer<typeof Actor>;

/**
 * A person has signed in or out, or done what others must be able to look up later: told before it is answered, so that it may stand
 * for a deed that then failed. It travels with the completed exchanges, so that the audit keeps both in one chain.
 */
export const PersonActed = defineEvent({
  type: 'person.acted',
  topic: ExchangeCompleted.topic,
  data: z.object({
    action: z.enum(personActions),
    who: Actor,
    /** Details by name, such as the month that was closed. */
    what: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    /** The person's own ground; null where none is asked for. */
    why: z.string().nullable(),
  }),
});
export type PersonActed = z.infer<typeof PersonActed.schema>;

/** The event that tells of a deed. `id` is random, or follows from the deed where it may be told twice. */
export function personActed(
  { id, source, at }: { readonly id: string; readonly source: string; readonly at: Date },
  data: PersonActed['data'],
): PersonActed {
  return {
    specversion: '1.0',
    id: `${PersonActed.type}.${id}`,
    source,
    type: PersonActed.type,
    time: at.toISOString(),
    datacontenttype: 'application/json',
    data,
  };
}
