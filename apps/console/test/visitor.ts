/** A browser without a window: it keeps cookies, and goes where it is led. */
export type Visitor = {
  /** Follows redirects, as far as a page. */
  readonly get: (url: string) => Promise<Response>;
  /** Sends a form and follows where it leads; `headers` stand in for those that a browser adds. */
  readonly post: (url: string, form: object, headers?: object) => Promise<Response>;
  /** Asks once, and follows nothing. */
  readonly ask: (url: string, init?: RequestInit) => Promise<Response>;
  readonly cookies: Map<string, string>;
};

/** Cookies know no ports, so those of two hosts of a test are kept together. */
export function newVisitor(cookies = new Map<string, string>()): Visitor {
  async function ask(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('cookie', Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; '));
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) keep(line);
    return answer;
  }

  function keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '' || /max-age=0|expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(name);
    else cookies.set(name, value);
  }

  async function followed(url: string, first: Response): Promise<Response> {
    const to = first.headers.get('location');
    if (to === null) return first;
    await first.body?.cancel();
    const next = new URL(to, url).href;
    return followed(next, await ask(next));
  }

  return {
    ask,
    cookies,
    get: async (url) => followed(url, await ask(url)),
    post: async (url, form, headers = {}) => {
      const sent = { method: 'POST', body: new URLSearchParams({ ...form }), headers: { ...headers } };
      return followed(url, await ask(url, sent));
    },
  };
}
