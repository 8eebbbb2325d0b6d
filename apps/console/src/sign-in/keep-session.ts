import { type Request, type Response } from 'express';
import { type CookieJar } from './cookies.ts';
import { type Seal } from './seal.ts';
import { readSession, type Session, type SessionTimes } from './session.ts';

/** Sessions as browsers keep them for us. */
export type SessionKeeper = {
  /** The session in force that a request comes with, or null. */
  readonly read: (req: Request) => Promise<Session | null>;
  /** Rejects where the session cannot be kept. @returns what gives it to the browser */
  readonly prepare: (session: Session) => Promise<(res: Response) => void>;
  readonly write: (res: Response, session: Session) => Promise<void>;
  readonly clear: (req: Request, res: Response) => void;
  /** From now on the session is not read here, whoever still has its cookie, such as a browser by a page that is answered later. */
  readonly end: (session: Session) => void;
};

/** Keeps them sealed in cookies, no longer than they are in force. */
export function sessionKeeper(jar: CookieJar, seal: Seal, times: SessionTimes): SessionKeeper {
  /** When each would have ended by itself, by the token that all cookies of a session share. */
  const ended = new Map<string, number>();
  const prepare: SessionKeeper['prepare'] = async (session) => {
    const leftMs = session.signedInMs + times.lastsMs - Date.now();
    return jar.prepare(await seal.close(session), Math.min(times.idleMs, leftMs));
  };
  return {
    read: async (req) => {
      const sealed = jar.read(req);
      if (sealed === null) return null;
      const session = readSession(await seal.open(sealed), times, Date.now());
      return session === null || ended.has(session.formToken) ? null : session;
    },
    prepare,
    write: async (res, session) => (await prepare(session))(res),
    clear: (req, res) => jar.clear(req, res),
    end: ({ formToken, signedInMs }) => {
      const now = Date.now();
      for (const [token, untilMs] of ended) if (untilMs < now) ended.delete(token);
      ended.set(formToken, signedInMs + times.lastsMs);
    },
  };
}
