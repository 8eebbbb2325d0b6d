import { type Service } from '@ssp/service';
import { type RequestHandler, type Response } from 'express';
import { type Person } from '../person.ts';
import { type SessionKeeper } from './keep-session.ts';
import { ProviderAwayError, SignInRefusedError } from './open-id-client.ts';
import { type SessionRenewer } from './renew-session.ts';
import { type Session } from './session.ts';
import { type ShowSignInNotice } from './show-notice.ts';

/** An access token that ends sooner is renewed before a page asks with it. */
const leftMs = 30_000;
/** How exactly it is known when a page was last asked for. */
const seenEachMs = 60_000;

/** The session of a request that has come by `requirePerson`. */
export type SessionOf = (res: Response) => Session;

/**
 * Lets nobody pass who has not signed in. Leaves `res.locals.person` and `res.locals.formToken`; a page leads to the sign-in and back, a
 * form says that the session has ended.
 */
export function requirePerson(
  keeper: SessionKeeper,
  { renew }: Pick<SessionRenewer, 'renew'>,
  show: ShowSignInNotice,
  { log }: Pick<Service, 'log'>,
): { readonly handler: RequestHandler; readonly sessionOf: SessionOf } {
  const sessions = new WeakMap<Response, Session>();

  /** The session with an access token in force; null where it has ended. */
  async function current(session: Session, res: Response): Promise<Session | null> {
    const now = Date.now();
    if (session.accessUntilMs - now < leftMs) {
      try {
        const renewed = await renew(session);
        await keeper.write(res, renewed);
        return renewed;
      } catch (error) {
        if (error instanceof ProviderAwayError && session.accessUntilMs > now) return session;
        if (!(error instanceof SignInRefusedError)) throw error;
        log.info({ subject: session.subject, reason: error.reason }, 'a session could not be renewed');
        return null;
      }
    }
    if (now - session.seenMs > seenEachMs) await keeper.write(res, { ...session, seenMs: now });
    return session;
  }

  return {
    handler: async (req, res, next) => {
      const kept = await keeper.read(req);
      const session = kept === null ? null : await current(kept, res);
      if (session === null) {
        keeper.clear(req, res);
        const isPage = req.method === 'GET' || req.method === 'HEAD';
        if (isPage)
          return res.redirect(303, `/sign-in?${new URLSearchParams({ to: req.originalUrl }).toString()}`);
        return show(res, {
          status: 401,
          title: 'You have been signed out',
          text: 'You were signed out because some time has passed. What you sent was not done. Sign in again, and send it anew.',
          link: { text: 'Sign in', href: '/sign-in' },
        });
      }
      const { name, role, supplier, accessToken, formToken } = session;
      const person: Person = { name, role, supplier, accessToken };
      res.locals['person'] = person;
      res.locals['formToken'] = formToken;
      sessions.set(res, session);
      return next();
    },
    sessionOf: (res) => {
      const session = sessions.get(res);
      if (session === undefined) throw new Error('the request was let in without a session');
      return session;
    },
  };
}
