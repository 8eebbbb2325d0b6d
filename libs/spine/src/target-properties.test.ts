import * as fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { matchesEndpoint, readEndpoint } from './endpoint-match.ts';
import { parseTarget, type Target, targetFaults } from './target.ts';
import { aimed, anyTarget, endpoint, endpointTolerance, tolerance, url, word } from './target-samples.ts';

/** Tries a property on many samples; a counterexample, should there be one, is the answer. */
function tried<Samples>(property: fc.IProperty<Samples>, numRuns = 2_000): string {
  const details = fc.check(property, { numRuns });
  return details.failed ? (fc.defaultReportMessage(details) ?? 'fails') : 'holds';
}

const urlOf = ({ host, path, query }: Target) => `https://${host}${path}${query}`;
const decodedOnce = (text: string) =>
  text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
const upperEscapes = (text: string) => text.replaceAll(/%[0-9a-f]{2}/gi, (escape) => escape.toUpperCase());
const lowerEscapes = (text: string) => text.replaceAll(/%[0-9a-f]{2}/gi, (escape) => escape.toLowerCase());
const segmentsOf = (path: string) =>
  upperEscapes(path)
    .split('/')
    .filter((it) => it !== '');
const climbs = (path: string) => path.split(/[/\\]/).some((segment) => /^\.\.?(?:;|$)/.test(segment.trim()));
const beginsWith = (whole: readonly string[], start: readonly string[]) =>
  isDeepStrictEqual(whole.slice(0, start.length), start);

describe('the bytes that reach the provider are the bytes that were asked for', () => {
  test('raw: every sound URL is accepted, and stays as it is', () => {
    const property = fc.property(url, (asked) => {
      const parsed = parseTarget(`/${asked}`);
      return parsed.ok && urlOf(parsed.target) === asked;
    });
    expect(tried(property)).toBe('holds');
  });

  test('raw: whatever is accepted ends in host, path and query as they are sent, but for a tolerated port', () => {
    const property = fc.property(anyTarget, tolerance, (asked, tolerated) => {
      const parsed = parseTarget(asked, tolerated);
      if (!parsed.ok || !/^\/https:/i.test(asked)) return true;
      const { host, path, query } = parsed.target;
      const slashes = asked.startsWith('//', '/https:'.length) ? '//' : '/';
      return ['', ':443'].some(
        (port) => asked.slice('/https:'.length) === `${slashes}${host}${port}${path}${query}`,
      );
    });
    expect(tried(property)).toBe('holds');
  });

  test('encoded: what is sent, encoded again, is what came', () => {
    const property = fc.property(url, fc.boolean(), (asked, lower) => {
      const encoded = encodeURIComponent(asked);
      const parsed = parseTarget(`/${lower ? lowerEscapes(encoded) : encoded}`);
      return parsed.ok && encodeURIComponent(urlOf(parsed.target)) === encoded;
    });
    expect(tried(property)).toBe('holds');
  });

  test('encoded: whatever is accepted is what came, decoded once, and a literal query as it came', () => {
    const property = fc.property(anyTarget, (asked) => {
      const parsed = parseTarget(asked);
      if (!parsed.ok || !/^\/https%3a/i.test(asked)) return true;
      const [encoded = '', ...query] = asked.split('?');
      const sent = [decodedOnce(encoded), ...query].join('?');
      return sent.slice('/https'.length) === urlOf(parsed.target).slice('https'.length);
    });
    expect(tried(property)).toBe('holds');
  });

  test('both forms of a URL are one target, or are refused for one reason', () => {
    const property = fc.property(fc.oneof(url, anyTarget), tolerance, (asked, tolerated) => {
      const whole = asked.replace(/^\//, '');
      if (!whole.startsWith('https://') || !whole.isWellFormed()) return true;
      const encoded = parseTarget(`/${encodeURIComponent(whole)}`, tolerated);
      return isDeepStrictEqual(encoded, parseTarget(`/${whole}`, tolerated));
    });
    expect(tried(property)).toBe('holds');
  });
});

describe('no accepted target names a host, a port or a path outside the endpoint that it matches', () => {
  test('a URL parser that resolves everything finds that host, no port or user, and a path under that base', () => {
    let matched = 0;
    const property = fc.property(aimed, tolerance, endpointTolerance, (sample, tolerated, matching) => {
      const parsed = parseTarget(sample.asked, tolerated);
      const read = readEndpoint(sample.registered, matching);
      if (!parsed.ok || read === null || !matchesEndpoint(read, parsed.target)) return true;
      matched += 1;
      const base = new URL(sample.registered);
      const resolved = new URL(urlOf(parsed.target));
      return (
        resolved.origin === base.origin &&
        resolved.username + resolved.password + resolved.hash === '' &&
        beginsWith(segmentsOf(resolved.pathname), segmentsOf(base.pathname))
      );
    });
    expect(tried(property, 6_000)).toBe('holds');
    // Of targets that match nothing the property says nothing.
    expect(matched).toBeGreaterThan(600);
  });

  test('however often a provider decodes, and whichever slashes it knows, the path climbs nowhere', () => {
    const property = fc.property(anyTarget, tolerance, (asked, tolerated) => {
      const parsed = parseTarget(asked, tolerated);
      if (!parsed.ok) return true;
      const once = decodedOnce(parsed.target.path);
      const twice = decodedOnce(once);
      return ![parsed.target.path, once, twice, decodedOnce(twice)].some(climbs);
    });
    expect(tried(property, 6_000)).toBe('holds');
  });

  test('what lies under an endpoint matches it, and what only begins alike does not', () => {
    const property = fc.property(endpoint, fc.array(word), word, (registered, words, more) => {
      const read = readEndpoint(registered);
      const under = parseTarget(`/${[registered, ...words].join('/')}`);
      const alike = parseTarget(`/${registered}${more}`);
      if (read === null || !under.ok || !matchesEndpoint(read, under.target)) return false;
      return !alike.ok || !matchesEndpoint(read, alike.target);
    });
    expect(tried(property)).toBe('holds');
  });
});

test('whatever comes is accepted as printable ASCII or refused for a reason, and nothing throws', () => {
  const property = fc.property(anyTarget, tolerance, endpointTolerance, (asked, tolerated, matching) => {
    const parsed = parseTarget(asked, tolerated);
    readEndpoint(asked, matching);
    return parsed.ok ? /^[!-~]+$/.test(urlOf(parsed.target)) : targetFaults.includes(parsed.fault);
  });
  expect(tried(property, 6_000)).toBe('holds');
});

test('what was accepted is, written out, accepted again as itself, also by who tolerates nothing', () => {
  const property = fc.property(anyTarget, tolerance, (asked, tolerated) => {
    const parsed = parseTarget(asked, tolerated);
    return !parsed.ok || isDeepStrictEqual(parseTarget(`/${urlOf(parsed.target)}`), parsed);
  });
  expect(tried(property)).toBe('holds');
});
