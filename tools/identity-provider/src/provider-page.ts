import { createHash } from 'node:crypto';
import { type ServerResponse } from 'node:http';

const style =
  'body{font:1.125rem/1.5 Arial,sans-serif;max-width:28rem;margin:3rem auto;padding:0 1rem;color:#212b32}' +
  'label{display:block;margin:1rem 0 .25rem;font-weight:bold}input{font:inherit;width:100%;box-sizing:border-box;padding:.4rem;border:2px solid #4c6272}' +
  'button{font:inherit;margin:1.5rem .5rem 0 0;padding:.5rem 1rem;border:0;background:#007f3b;color:#fff}.fault{color:#d5281b;font-weight:bold}';

const styleHash = createHash('sha256').update(style).digest('base64');

/** No `form-action`: a browser would hold the way back to the console to it. */
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`;

/** The headers of its pages. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': policy,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
};

/** A whole page; `body` is HTML. */
export function pageHtml(title: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>${escaped(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>${style}</style></head>
<body><main><h1>${escaped(title)}</h1>${body}<p>This identity provider is a development tool. It knows sample people alone.</p></main></body>
</html>
`;
}

/** The form by which people sign in; `user` was tried before and refused, or is null. */
export function signInHtml(action: string, user: string | null): string {
  const fault =
    user === null ? '' : '<p class="fault" id="fault" role="alert">Wrong user name or password.</p>';
  const marked = user === null ? '' : ' aria-describedby="fault" aria-invalid="true"';
  return pageHtml(
    'Sign in',
    `${fault}<form method="post" action="${escaped(action)}">
<label for="user">User name</label>
<input id="user" name="user" value="${escaped(user ?? '')}" autocomplete="username" required autofocus${marked}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${marked}>
<button type="submit">Sign in</button></form>`,
  );
}

/** Answers with a page. */
export function sendPage(res: ServerResponse, status: number, html: string): void {
  res.writeHead(status, pageHeaders).end(html);
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
