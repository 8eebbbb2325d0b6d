import { type RequestHandler } from 'express';
import { type SignInContext } from './sign-in-routes.ts';
import { type SessionRenewer } from './renew-session.ts';
import { type SessionOf } from './require-person.ts';
import { signedOutPath } from './open-id-client.ts';

/**
 * Ends the session here and at the provider. The browser is sent there by a page rather than by a redirect, to which it would hold the
 * policy for forms.
 */
export function signOut(
  context: SignInContext,
  renewer: Pick<SessionRenewer, 'forget'>,
  sessionOf: SessionOf,
): RequestHandler {
  const { openId, keeper, tell, show, log } = context;
  return async (req, res) => {
    const session = sessionOf(res);
    keeper.clear(req, res);
    keeper.end(session);
    renewer.forget(session);
    try {
      await tell('signed-out', session, {});
    } catch (error) {
      // Keeping somebody signed in would be worse.
      log.error({ err: error, subject: session.subject }, 'a sign-out could not be audited');
    }
    const href = await openId.end(session).catch((error: unknown) => {
      log.warn({ err: error }, 'a session could not be ended at the identity provider');
      return null;
    });
    if (href === null) return res.redirect(303, signedOutPath);
    res.set('Refresh', `0; url=${href}`);
    return show(res, {
      status: 200,
      title: 'You are signed out here',
      text: 'You are being led to your identity provider, to be signed out there too.',
      link: { text: 'Go on', href },
    });
  };
}
