import { type Request, type Response } from 'express';
import { type CookieJar } from './cookies.ts';
import { type Seal } from './seal.ts';
import { readSession, type Session, type SessionTimes } from './session.ts';

/** Sessions as browsers keep them for us. */
export type SessionKeeper = {
  /** The session in force that a request comes with, or null. */
  readonly read: (req: Request) => Promise<Session | null>;
  readonly write: (res: Response, session: Session) => Promise<void>;
  readonly clear: (req: Request, res: Response) => void;
};

/** Keeps them sealed in cookies, no longer than they are in force. */
export function sessionKeeper(jar: CookieJar, seal: Seal, times: SessionTimes): SessionKeeper {
  return {
    read: async (req) => {
      const sealed = jar.read(req);
      return sealed === null ? null : readSession(await seal.open(sealed), times, Date.now());
    },
    write: async (res, session) => {
      const leftMs = session.signedInMs + times.lastsMs - Date.now();
      jar.write(res, await seal.close(session), Math.min(times.idleMs, leftMs));
    },
    clear: (req, res) => jar.clear(req, res),
  };
}
