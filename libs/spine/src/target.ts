/**
 * What a consumer asked for, parsed once from the raw request-target (spec 2.3).
 * `path` and `query` hold the bytes to be sent to the provider; nothing is normalised.
 */
export type Target = {
  readonly scheme: 'https';
  /** As written by the consumer; compare without case. */
  readonly host: string;
  /** Starts with `/`, or is empty where the consumer named the host alone. */
  readonly path: string;
  /** With its leading `?`, or empty. */
  readonly query: string;
};

export type TargetFault =
  | 'not-origin-form'
  | 'no-target'
  | 'not-https'
  | 'collapsed-slash'
  | 'bad-percent-encoding'
  | 'ambiguous-query'
  | 'userinfo'
  | 'fragment'
  | 'empty-host'
  | 'bad-host'
  | 'ip-literal-host'
  | 'explicit-port'
  | 'forbidden-character'
  | 'dot-segment';

export type ParsedTarget =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly fault: TargetFault };

const fail = (fault: TargetFault): ParsedTarget => ({ ok: false, fault });

/** Longest request-target accepted, in characters; longer ones are answered 414. */
export const targetLengthMax = 16_384;

/**
 * Reads `/https://host/path?query` or its percent-encoded form `/https%3A%2F%2Fhost%2Fpath`.
 * The encoded form is decoded exactly once; the raw form not at all.
 */
export function parseTarget(requestTarget: string): ParsedTarget {
  if (!requestTarget.startsWith('/')) return fail('not-origin-form');
  const rest = requestTarget.slice(1);
  if (/^https:\/\//i.test(rest)) return parseUrl(rest);
  if (/^https%3a%2f%2f/i.test(rest)) return parseEncoded(rest);
  if (/^https(:|%3a)(\/|%2f)?[^/]/i.test(rest)) return fail('collapsed-slash');
  if (/^[a-z][a-z0-9+.-]*(:|%3a)/i.test(rest)) return fail('not-https');
  return fail('no-target');
}

function parseEncoded(rest: string): ParsedTarget {
  const question = rest.indexOf('?');
  const encoded = question === -1 ? rest : rest.slice(0, question);
  const literalQuery = question === -1 ? '' : rest.slice(question);
  const decoded = decodeOnce(encoded);
  if (decoded === null) return fail('bad-percent-encoding');
  if (literalQuery !== '' && decoded.includes('?')) return fail('ambiguous-query');
  return parseUrl(decoded + literalQuery);
}

function decodeOnce(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

// The printable ASCII that may stand in a target; Node has refused space and non-ASCII in the raw form, a decoded one is checked here.
const forbidden = /[^\x21-\x7e]|\\/;
const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

function parseUrl(url: string): ParsedTarget {
  if (forbidden.test(url)) return fail('forbidden-character');
  if (url.includes('#')) return fail('fragment');
  const afterScheme = url.slice('https://'.length);
  const end = afterScheme.search(/[/?]/);
  const authority = end === -1 ? afterScheme : afterScheme.slice(0, end);
  const tail = end === -1 ? '' : afterScheme.slice(end);
  const hostFault = authorityFault(authority);
  if (hostFault !== null) return fail(hostFault);
  const question = tail.indexOf('?');
  const path = question === -1 ? tail : tail.slice(0, question);
  const query = question === -1 ? '' : tail.slice(question);
  const pathFault = segmentFault(path);
  if (pathFault !== null) return fail(pathFault);
  return { ok: true, target: { scheme: 'https', host: authority, path, query } };
}

function authorityFault(authority: string): TargetFault | null {
  if (authority === '') return 'empty-host';
  if (authority.includes('@')) return 'userinfo';
  if (authority.startsWith('[')) return 'ip-literal-host';
  if (authority.includes(':')) return 'explicit-port';
  // A last label of digits (also hexadecimal) is read as an IPv4 address by some resolvers.
  if (/(^|\.)(\d+|0x[0-9a-f]*)\.?$/i.test(authority)) return 'ip-literal-host';
  return hostName.test(authority) ? null : 'bad-host';
}

function segmentFault(path: string): TargetFault | null {
  if (!/[.%]/.test(path)) return null;
  if (/%(?![0-9a-f]{2})/i.test(path)) return 'bad-percent-encoding';
  if (/%(0[0-9a-f]|1[0-9a-f]|7f)/i.test(path)) return 'forbidden-character';
  // A provider may decode an encoded slash, and drop what follows a semicolon, before it looks for dots.
  const dotted = path.split(/\/|%2f|%5c/i).some((segment) => /^(\.|%2e){1,2}(;|%3b|$)/i.test(segment));
  return dotted ? 'dot-segment' : null;
}

/** The target without its query, as the specification's error texts show it. */
export function targetUrl(target: Target): string {
  return `https://${target.host}${target.path}`;
}
