import { createHash } from 'node:crypto';
import { Person } from '@ssp/service';
import { type Granted, type OpenIdClient, SignInRefusedError } from './open-id-client.ts';
import { type Session } from './session.ts';

export type SessionRenewer = {
  /** Gives the session with a new access token. Throws ProviderAwayError, or SignInRefusedError where the session must end. */
  readonly renew: (session: Session) => Promise<Session>;
  /** Forgets what is remembered of it, so that a copy of its cookie gets nothing from here when it has ended. */
  readonly forget: (session: Session) => void;
};

/** Pages that were asked for at once come with the same refresh token, which a provider takes but once. */
const rememberedMs = 30_000;

/** Renews by the provider, once for all requests of a browser that come together to this process. */
export function sessionRenewer(openId: OpenIdClient): SessionRenewer {
  const renewals = new Map<string, { readonly of: string; readonly granted: Promise<Granted> }>();

  async function renew(session: Session): Promise<Session> {
    const key = createHash('sha256')
      .update(session.refreshToken ?? '')
      .digest('base64url');
    let renewal = renewals.get(key);
    if (renewal === undefined) {
      // All cookies of a session share the token of its forms.
      renewal = { of: session.formToken, granted: openId.refresh(session) };
      renewals.set(key, renewal);
      const forget = () => void renewals.delete(key);
      renewal.granted.then(() => setTimeout(forget, rememberedMs).unref(), forget);
    }
    const { claims, ...tokens } = await renewal.granted;
    const now = { ...session, ...tokens, seenMs: Date.now() };
    // A new ID token says what the person is by now.
    if (claims === null) return now;
    const person = Person.safeParse(claims);
    if (!person.success || person.data.subject !== session.subject) {
      throw new SignInRefusedError('another-person');
    }
    return { ...now, ...person.data };
  }

  return {
    renew,
    forget: ({ formToken }) => {
      for (const [key, renewal] of renewals) if (renewal.of === formToken) renewals.delete(key);
    },
  };
}
