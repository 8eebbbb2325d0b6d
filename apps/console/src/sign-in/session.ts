import { randomBytes } from 'node:crypto';
import { type Person as ProvenPerson, personRoles } from '@ssp/service';
import { z } from 'zod';
import { type Tokens } from './open-id-client.ts';

/** Who has signed in, and until when that holds. It lies in the reader's browser, sealed: no server has to remember it. */
export const Session = z.object({
  kind: z.literal('session'),
  subject: z.string(),
  name: z.string(),
  role: z.enum(personRoles),
  supplier: z.string().nullable(),
  accessToken: z.string(),
  accessUntilMs: z.number(),
  /** Null where the provider gave none: the session then ends with the access token. */
  refreshToken: z.string().nullable(),
  /** Shown to the provider when the person signs out there. */
  idToken: z.string(),
  signedInMs: z.number(),
  /** When a page was last asked for, to the minute. */
  seenMs: z.number(),
  /** What every form must send. */
  formToken: z.string(),
});
export type Session = z.infer<typeof Session>;

/** How long sessions last. */
export type SessionTimes = { readonly idleMs: number; readonly lastsMs: number };

/** A new one, of nothing that the browser had before. */
export function beginSession(person: ProvenPerson, tokens: Tokens, nowMs: number): Session {
  const { name, subject, role, supplier } = person;
  return {
    kind: 'session',
    name,
    subject,
    role,
    supplier,
    ...tokens,
    signedInMs: nowMs,
    seenMs: nowMs,
    formToken: randomBytes(24).toString('base64url'),
  };
}

/** The session in force, or null for what is none or has ended. */
export function readSession(
  opened: unknown,
  { idleMs, lastsMs }: SessionTimes,
  nowMs: number,
): Session | null {
  const { data } = Session.safeParse(opened);
  if (data === undefined) return null;
  return nowMs - data.seenMs > idleMs || nowMs - data.signedInMs > lastsMs ? null : data;
}
