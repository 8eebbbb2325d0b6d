import { type PlatformCard } from '../src/platform-card.ts';

/** Comes to a page of the console as a browser does, and signs in as one of the card's people on the way. */
export async function signedInPage(card: PlatformCard, user: string, path: string): Promise<Response> {
  const cookies = new Map<string, string>();
  async function follow(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...init, headers: { cookie }, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const to = answer.headers.get('location');
    return to === null ? answer : follow(new URL(to, url).href);
  }
  const form = await (await follow(`${card.console}${path}`)).text();
  const [, action = ''] = /<form method="post" action="([^"]+)"/.exec(form) ?? [];
  const password = card.people.find((person) => person.user === user)?.password ?? '';
  const body = new URLSearchParams({ user, password });
  return follow(`${card.identityProvider}${action}`, { method: 'POST', body });
}
