import * as fc from 'fast-check';

/** What is sent on one connection: latin1, piece by piece. */
export type FuzzPayload = readonly string[];

export const endpoint = 'https://orange.testlab.nhs.uk/B82617/STU3/1/gpconnect/fhir';
const line = (method: string, path: string) => `${method} /${endpoint}${path} HTTP/1.1`;
const head = [
  'Host: proxy.ssp.example.nhs.uk',
  'Ssp-TraceID: 09a01679-2564-0fb4-5129-aecc81ea2706',
  'Ssp-From: 200000000359',
  'Ssp-To: 918999198738',
  'Ssp-InteractionID: urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1',
  'Authorization: Bearer eyJhbGciOiJub25lIn0.e30.',
];
const message = (start: string, lines: readonly string[], body = '') =>
  [start, ...head, ...lines, '', body].join('\r\n');

const get = message(line('GET', '/Patient/1'), []);
const last = message(line('GET', '/metadata'), ['Connection: close']);
const hidden = message(line('GET', '/HIDDEN'), []);
const sound = [
  last,
  get + last,
  message(line('POST', '/Patient'), ['Content-Length: 5', 'Connection: close'], 'hello'),
  message(line('POST', '/Patient'), ['Content-Length: 5'], 'hello') + last,
  message(line('POST', '/Patient'), [`Content-Length: ${hidden.length}`, 'Connection: close'], hidden),
  message(line('POST', '/x'), ['Transfer-Encoding: chunked', 'Connection: close'], '5\r\nhello\r\n0\r\n\r\n'),
  message(line('POST', '/x'), ['Transfer-Encoding: chunked'], '5;a=b\r\nhello\r\n0\r\nX-T: y\r\n\r\n') + last,
  message(
    line('POST', '/x'),
    ['Transfer-Encoding: chunked', 'Connection: close'],
    `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`,
  ),
];

const tokens = [
  '\r',
  '\n',
  '\r\n',
  '\r\n\r\n',
  ' ',
  '\t',
  '\0',
  '\x0b',
  '\x0c',
  '\x7f',
  '\x85',
  '\xa0',
  '\xff',
  ':',
  ',',
  ';',
  '"',
  '0',
  '00',
  '1',
  '5',
  '-',
  '+',
  '0x',
  '_',
  '%0d%0a',
  '%00',
  '#',
  '?',
  '//',
  '..',
  '@',
  'chunked',
  ',chunked',
  'identity',
  'close',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/2.0',
  '100-continue',
  'Content-Length: 5\r\n',
  'Content-Length: 0\r\n',
  'content-length:6\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Host: x\r\n',
  'Expect: 100-continue\r\n',
  'Connection: close\r\n',
  'Upgrade: h2c\r\nConnection: Upgrade\r\n',
  'Connection: Ssp-From, Content-Length\r\n',
  'Ssp-From: 1\r\n',
  'Trailer: Host\r\n',
  '0\r\n\r\n',
  hidden,
];

const place = fc.double({ min: 0, max: 1, noNaN: true });
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('insert'), at: place, text: fc.constantFrom(...tokens) }),
  fc.record({
    kind: fc.constant('insert'),
    at: place,
    text: fc.nat(255).map((byte) => String.fromCharCode(byte)),
  }),
  fc.record({ kind: fc.constant('line'), at: place, text: fc.constantFrom(...tokens) }),
  fc.record({ kind: fc.constant('remove'), at: place, length: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ kind: fc.constant('repeat'), at: place, length: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant('repeat line'), at: place }),
  fc.record({ kind: fc.constant('remove line'), at: place }),
);
type Mutation = {
  readonly kind: string;
  readonly at: number;
  readonly text?: string;
  readonly length?: number;
};

function mutate(text: string, { kind, at, text: inserted = '', length = 1 }: Mutation): string {
  const position = Math.floor(at * text.length);
  const lineStart = text.lastIndexOf('\n', position - 1) + 1;
  const lineEnd = text.indexOf('\n', position) + 1 || text.length;
  switch (kind) {
    case 'insert':
      return text.slice(0, position) + inserted + text.slice(position);
    case 'line':
      return text.slice(0, lineStart) + inserted + text.slice(lineStart);
    case 'remove':
      return text.slice(0, position) + text.slice(position + length);
    case 'repeat':
      return text.slice(0, position + length) + text.slice(position);
    case 'repeat line':
      return text.slice(0, lineEnd) + text.slice(lineStart);
    default:
      return text.slice(0, lineStart) + text.slice(lineEnd);
  }
}

/** Sound requests, with a few bytes inserted, removed or repeated, cut into pieces anywhere. */
export const fuzzPayload: fc.Arbitrary<FuzzPayload> = fc
  .record({
    text: fc.constantFrom(...sound),
    mutations: fc.array(mutation, { minLength: 0, maxLength: 4 }),
    cuts: fc.array(place, { maxLength: 3 }),
  })
  .map(({ text, mutations, cuts }) => {
    let mutated = text;
    for (const change of mutations) mutated = mutate(mutated, change);
    const places = [0, ...cuts.map((cut) => Math.floor(cut * mutated.length)), mutated.length].toSorted(
      (a, b) => a - b,
    );
    return places.slice(1).map((end, index) => mutated.slice(places[index], end));
  });
