import { hostFault } from './target-host.ts';
import { pathFault } from './target-path.ts';

/**
 * What a consumer asked for, parsed once from the raw request-target (spec 2.3).
 * `path` and `query` hold the bytes to be sent to the provider; nothing is normalised.
 */
export type Target = {
  readonly scheme: 'https';
  /** As written by the consumer; compare without case. */
  readonly host: string;
  /** Starts with `/`, or is empty where the consumer named the host alone: then `/` is sent. */
  readonly path: string;
  /** With its leading `?`, or empty. */
  readonly query: string;
};

/** Why a request-target is refused; the diagnostics of the answer name it. */
export const targetFaults = [
  'not-origin-form',
  'leading-slashes',
  'no-target',
  'not-https',
  'missing-slashes',
  'collapsed-slash',
  'mixed-form',
  'bad-percent-encoding',
  'ambiguous-query',
  'control-character',
  'space',
  'backslash',
  'non-ascii',
  'fragment',
  'empty-host',
  'userinfo',
  'explicit-port',
  'ip-literal-host',
  'bad-host',
  'encoded-control-character',
  'dot-segment',
] as const;
export type TargetFault = (typeof targetFaults)[number];

export type ParsedTarget =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly fault: TargetFault };

/** Departures from the specification that an operator may allow (spec 2.3). */
export type TargetTolerance = {
  /** Takes `https://host:443/…` for `https://host/…`; any other port stays refused. */
  readonly port443: boolean;
  /** Takes a raw `https:/host/…`, as an intermediary that merges slashes leaves it, for `https://host/…`. */
  readonly collapsedSlash: boolean;
};

/** The specification to the letter, which is the default. */
export const noTolerance: TargetTolerance = { port443: false, collapsedSlash: false };

/** Longest request-target accepted, in characters; longer ones are answered 414. */
export const targetLengthMax = 16_384;

const rawForm = '/https://';
const encodedForm = '/https%3A%2F%2F';

/**
 * Reads `/https://host/path?query` or its percent-encoded form `/https%3A%2F%2Fhost%2Fpath`, of any length, and never
 * throws. The encoded form is decoded exactly once; the raw form not at all.
 */
export function parseTarget(requestTarget: string, tolerance: TargetTolerance = noTolerance): ParsedTarget {
  if (requestTarget.startsWith(rawForm)) return parseUrl(requestTarget, rawForm.length, tolerance);
  if (requestTarget.startsWith(encodedForm)) return parseEncoded(requestTarget, tolerance);
  if (requestTarget[0] !== '/') return fail('not-origin-form');
  if (requestTarget[1] === '/') return fail('leading-slashes');
  const opening = /^\/https(:|%3a)(\/|%2f)?(\/|%2f)?/i.exec(requestTarget);
  if (opening === null) {
    return fail(/^\/[a-z][a-z0-9+.-]*(?::|%3a)(?:\/|%2f)/i.test(requestTarget) ? 'not-https' : 'no-target');
  }
  const [{ length: start }, colon, first, second] = opening;
  if (first === undefined) return fail('missing-slashes');
  const raw = colon === ':';
  if ((first === '/') !== raw || (second !== undefined && (second === '/') !== raw))
    return fail('mixed-form');
  if (second === undefined && !(raw && tolerance.collapsedSlash)) return fail('collapsed-slash');
  return raw ? parseUrl(requestTarget, start, tolerance) : parseEncoded(requestTarget, tolerance);
}

function parseEncoded(requestTarget: string, tolerance: TargetTolerance): ParsedTarget {
  const question = requestTarget.indexOf('?');
  const encoded = question === -1 ? requestTarget : requestTarget.slice(0, question);
  // Whether an escape behind a literal slash was written before or after the encoding, nobody can tell.
  const slash = encoded.indexOf('/', 1);
  if (slash !== -1 && encoded.includes('%', slash)) return fail('mixed-form');
  const decoded = decodeOnce(encoded);
  // Bytes that are no UTF-8 are no more ASCII than those that are, which are found with the other characters.
  if (decoded === null) return fail(/%[89a-f][0-9a-f]/i.test(encoded) ? 'non-ascii' : 'bad-percent-encoding');
  if (question === -1) return parseUrl(decoded, rawForm.length, tolerance);
  if (decoded.includes('?')) return fail('ambiguous-query');
  return parseUrl(decoded + requestTarget.slice(question), rawForm.length, tolerance);
}

function decodeOnce(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Reads what follows `https://`, which ends at `start`. */
function parseUrl(url: string, start: number, tolerance: TargetTolerance): ParsedTarget {
  if (unfit.test(url)) return fail(characterFault(url.charCodeAt(url.search(unfit))));
  const question = url.indexOf('?', start);
  const pathEnd = question === -1 ? url.length : question;
  const slash = url.indexOf('/', start);
  const authorityEnd = slash === -1 || slash > pathEnd ? pathEnd : slash;
  const authority = url.slice(start, authorityEnd);
  const host = tolerance.port443 && authority.endsWith(':443') ? authority.slice(0, -4) : authority;
  const path = url.slice(authorityEnd, pathEnd);
  const fault = hostFault(host) ?? pathFault(path);
  if (fault !== null) return fail(fault);
  return { ok: true, target: { scheme: 'https', host, path, query: url.slice(pathEnd) } };
}

// Whatever is not printable ASCII, and of that the backslash and `#`. One class, which is the quickest way to look.
const unfit = /[^\x21\x22\x24-\x5b\x5d-\x7e]/;
const space = 0x20;
const hash = 0x23;
const backslash = 0x5c;
const del = 0x7f;

function characterFault(code: number): TargetFault {
  if (code === space) return 'space';
  if (code === hash) return 'fragment';
  if (code === backslash) return 'backslash';
  return code > del ? 'non-ascii' : 'control-character';
}

const fail = (fault: TargetFault): ParsedTarget => ({ ok: false, fault });

/** The target without its query, as the specification's error texts show it. */
export function targetUrl(target: Target): string {
  return `https://${target.host}${target.path}`;
}
