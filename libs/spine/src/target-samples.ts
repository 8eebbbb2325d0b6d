import * as fc from 'fast-check';

// Texts between blanks, for a list of strings would take a line for each.
const anyOf = (texts: string) => fc.constantFrom(...texts.split(' '));

const host = anyOf('p1.nhs.uk P1.nhs.UK p2.nhs.uk p1.nhs.uk.evil.example a-b.c');
const opening = anyOf('/https:// /https:// /HTTPS:// /https%3A%2F%2F /https%3a%2f%2F /https:/ /');
/** A segment as clients send it. */
export const word = anyOf('base BASE base2 Patient $find b%20c %C3%A9 {|} a;v=1 ... x:y@z');
/** What has fooled proxies, and what has not. */
const trick = fc.oneof(
  anyOf('. .. %2e %2E%2e %252e%252E ..;a ..%20 %c0%ae / // %2f %5C %252f %c0%af \\ ? %3F # %23 @ %40'),
  anyOf(': :443 :8443 % %2 %zz %00 %0d%0a %ff [::1] 10.0.0.1 0x7f .nhs.uk p2.nhs.uk https:// https%3A%2F%2F'),
  fc.constantFrom(' ', '\t', '\r\n', '\u0000', '\u00e9', '\u3002', '\uff0e', '%E2%80%AE'),
);
const slashed = word.map((it) => `/${it}`);
const piece = fc.oneof(
  slashed,
  word,
  trick,
  trick.map((it) => `/${it}`),
);
const joined = (part: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(part, { maxLength }).map((parts) => parts.join(''));

const patched = fc.tuple(opening, host, joined(piece, 4)).map((it) => it.join(''));
const noise = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.tuple(opening, fc.string()).map((it) => it.join('')),
);
/** Any text in the place of a request-target; most of them begin well. */
export const anyTarget = fc.oneof({ weight: 3, arbitrary: patched }, { weight: 1, arbitrary: noise });

const query = fc.stringMatching(/^(?:\?[!"$-[\]-~]{0,12})?$/);
/** A sound URL of a provider, before it is put behind the proxy's name or encoded for that. */
export const url = fc
  .tuple(host, joined(slashed, 4), anyOf(' /'), query)
  .map((it) => `https://${it.join('')}`);

const base = fc.record({ host, path: joined(slashed, 2) });
/** A sound value of nhsMhsEndPoint. */
export const endpoint = base.map((it) => `https://${it.host}${it.path}`);
/** An endpoint as a directory may hold it, and a target that begins as it does, or nearly. */
export const aimed = fc
  .record({
    base,
    port: anyOf('  :443'),
    end: anyOf(' /'),
    opening,
    other: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: host }),
    tail: joined(piece, 3),
  })
  .map((it) => ({
    registered: `https://${it.base.host}${it.port}${it.base.path}${it.end}`,
    asked: `${it.opening}${it.other ?? it.base.host}${it.base.path}${it.end}${it.tail}`,
  }));

export const tolerance = fc.record({ port443: fc.boolean(), collapsedSlash: fc.boolean() });
export const endpointTolerance = fc.record({
  trailingSlash: fc.constantFrom('ignored', 'exact'),
  port443: fc.boolean(),
});
