const base = 'http://console.invalid';

/** Where to go after the sign-in: a page of ours, whatever the address said; else the first page. */
export function returnPath(wished: unknown): string {
  if (typeof wished !== 'string' || wished.length > 1_500 || !wished.startsWith('/')) return '/';
  // A browser takes a backslash for a slash, and does not see tabs and line breaks.
  if (/[\\\p{Cc}]/u.test(wished) || !URL.canParse(wished, base)) return '/';
  const { origin, pathname, search } = new URL(wished, base);
  const isOurs = origin === base && !pathname.startsWith('//') && !/^\/(sign|assets)/.test(pathname);
  return isOurs ? `${pathname}${search}` : '/';
}
