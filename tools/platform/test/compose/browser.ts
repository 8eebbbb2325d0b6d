import { type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';

type Shown = { readonly status: number; readonly html: string };

/**
 * A browser whose `*.localhost` is this machine, and which trusts that CA; it keeps the cookies of each host and goes where it is led.
 * The way to a page leads through the form of the identity provider, which is filled in.
 */
export function browser(ca: string, person: { readonly user: string; readonly password: string }) {
  const cookies = new Map<string, Map<string, string>>();

  async function send(url: URL, form: URLSearchParams | null): Promise<IncomingMessage> {
    const kept = cookies.get(url.host) ?? new Map<string, string>();
    cookies.set(url.host, kept);
    const response = await new Promise<IncomingMessage>((done, failed) => {
      const outgoing = request({
        host: '127.0.0.1',
        port: url.port,
        servername: url.hostname,
        path: `${url.pathname}${url.search}`,
        method: form === null ? 'GET' : 'POST',
        ca,
        headers: {
          host: url.host,
          cookie: Array.from(kept, ([name, value]) => `${name}=${value}`).join('; '),
          ...(form !== null && { 'content-type': 'application/x-www-form-urlencoded', origin: url.origin }),
        },
      });
      outgoing.on('error', failed);
      outgoing.on('response', done);
      outgoing.end(form?.toString());
    });
    for (const line of response.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      kept.set(name, value);
    }
    return response;
  }

  async function follow(url: URL, form: URLSearchParams | null = null): Promise<Shown> {
    const response = await send(url, form);
    const html = await text(response);
    const { location } = response.headers;
    if (location !== undefined) return follow(new URL(location, url));
    const [, action] = /<form method="post" action="(\/sign-in\/[^"]+)"/.exec(html) ?? [];
    if (action === undefined || form !== null) return { status: response.statusCode ?? 0, html };
    return follow(new URL(action, url), new URLSearchParams(person));
  }
  return (url: string) => follow(new URL(url));
}
