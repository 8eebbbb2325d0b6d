import { Person, type Service } from '@ssp/service';
import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { type CookieJar } from './cookies.ts';
import { fewEachMinute } from './few-each-minute.ts';
import { type SessionKeeper } from './keep-session.ts';
import { callbackPath, type OpenIdClient, SignInRefusedError, signedOutPath } from './open-id-client.ts';
import { returnPath } from './return-path.ts';
import { type Seal } from './seal.ts';
import { beginSession } from './session.ts';
import { type ShowSignInNotice } from './show-notice.ts';
import { type TellAct } from './tell-act.ts';

/** What the way to the provider and back is made of. */
export type SignInContext = {
  readonly openId: OpenIdClient;
  readonly keeper: SessionKeeper;
  /** Keeps what was sent to the provider until the browser is back. */
  readonly attempts: CookieJar;
  readonly seal: Seal;
  readonly tell: TellAct;
  readonly show: ShowSignInNotice;
  readonly log: Service['log'];
};

const attemptMs = 600_000;
/** Anybody can begin a sign-in and spoil it, as often as they like: the audit, which keeps all, is told of so many. */
const strangersToldEachMinute = 60;

const Attempt = z.object({
  kind: z.literal('attempt'),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  to: z.string(),
  untilMs: z.number(),
});

/** What may be known of somebody who is refused. */
const Stranger = z.object({ sub: z.string().nullable().catch(null), name: z.string().catch('unknown') });

const again = { text: 'Sign in', href: '/sign-in' };

/** The way to the provider and back; who is asked for nothing else needs no session. */
export function signInRoutes(context: SignInContext): Router {
  const { openId, keeper, attempts, seal, tell, show } = context;
  const mayTell = fewEachMinute(strangersToldEachMinute);
  const router = express.Router();

  router.get('/sign-in', async (req, res) => {
    const { attempt, to } = await openId.begin();
    const kept = {
      kind: 'attempt',
      ...attempt,
      to: returnPath(req.query['to']),
      untilMs: Date.now() + attemptMs,
    };
    attempts.prepare(await seal.close(kept), attemptMs)(res);
    res.redirect(303, to);
  });

  router.get(callbackPath, async (req, res) => {
    const attempt = await readAttempt(attempts.read(req), seal);
    attempts.clear(req, res);
    try {
      if (attempt === null) throw new SignInRefusedError('no-attempt');
      const query = new URL(req.originalUrl, 'http://console').search.slice(1);
      const { claims, ...tokens } = await openId.finish(query, attempt);
      const person = Person.safeParse(claims);
      if (!person.success) {
        const { sub, name } = Stranger.parse(claims ?? {});
        await tellRefused(context, 'no-role', { subject: sub, name });
        return show(res, await noRole(openId, tokens));
      }
      // What cannot be kept is not told as a sign-in, and nobody is signed in of whom it cannot be told.
      const keep = await keeper.prepare(beginSession(person.data, tokens, Date.now()));
      await tell('signed-in', person.data, {});
      keep(res);
      return res.redirect(303, returnPath(attempt.to));
    } catch (error) {
      if (!(error instanceof SignInRefusedError)) throw error;
      return refuse(context, req, res, error, attempt !== null && mayTell());
    }
  });

  router.get(signedOutPath, (_req, res) => {
    show(res, { status: 200, title: 'You are signed out', text: 'You can close this page.', link: again });
  });
  return router;
}

async function readAttempt(sealed: string | null, seal: Seal) {
  if (sealed === null) return null;
  const { data } = Attempt.safeParse(await seal.open(sealed));
  return data === undefined || data.untilMs < Date.now() ? null : data;
}

/** Only who has begun here is worth a line of the audit: anybody could send others to the way back. */
async function refuse(
  context: SignInContext,
  req: Request,
  res: Response,
  error: SignInRefusedError,
  isTold: boolean,
): Promise<void> {
  context.log.warn({ err: error, reason: error.reason }, 'a sign-in was refused');
  // Another page of the same browser has got there first.
  if ((await context.keeper.read(req)) !== null) return res.redirect(303, '/');
  if (isTold) await tellRefused(context, error.reason, { subject: null, name: 'unknown' });
  return context.show(res, {
    status: 403,
    title: 'You could not be signed in',
    text: 'The sign-in was left, took too long or was not the one that this browser had begun. Nothing is wrong with your account. Try again.',
    link: again,
  });
}

async function tellRefused(
  { tell, log }: SignInContext,
  reason: string,
  who: { readonly subject: string | null; readonly name: string },
): Promise<void> {
  try {
    await tell('sign-in-refused', { role: null, supplier: null, ...who }, { reason });
  } catch (error) {
    // Who is refused stays so, audited or not.
    log.error({ err: error, reason, subject: who.subject }, 'a refused sign-in could not be audited');
  }
}

/** Who is known to the provider, and nobody here; to come as somebody else they must first leave the provider. */
async function noRole(openId: OpenIdClient, tokens: Parameters<OpenIdClient['end']>[0]) {
  const href = await openId.end(tokens).catch(() => null);
  return {
    status: 403,
    title: 'You cannot use this console',
    text: 'Your account has no role here. If you need one for your work, ask whoever gives access in your organisation.',
    link: href === null ? again : { text: 'Sign out, to sign in as somebody else', href },
  };
}
