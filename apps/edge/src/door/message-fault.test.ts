import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageFault } from './message-fault.ts';

const head = (lines: readonly string[], minor = 1) => ({
  httpVersionMajor: 1,
  httpVersionMinor: minor,
  rawHeaders: lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  }),
});
const host = 'Host: proxy.nhs.uk';

describe('a message is sound', () => {
  test.for([
    { name: 'with a host alone', lines: [host] },
    { name: 'with a port', lines: ['hOST: proxy.nhs.uk:8443'] },
    { name: 'with an address', lines: ['Host: 10.0.0.1'] },
    { name: 'with an IPv6 address and a port', lines: ['Host: [2001:db8::1]:443'] },
    { name: 'with a length', lines: [host, 'Content-Length: 12'] },
    { name: 'with no length at all', lines: [host, 'Content-Length: 0'] },
    { name: 'with the largest length', lines: [host, 'Content-Length: 9007199254740991'] },
    { name: 'in chunks', lines: [host, 'Transfer-Encoding: Chunked'] },
    { name: 'waiting to go on', lines: [host, 'Expect: 100-Continue'] },
    { name: 'with an underscore in a name of its own', lines: [host, 'X_Request_Id: 1'] },
    { name: 'with repeated other headers', lines: [host, 'Accept: a', 'Accept: b'] },
  ])('$name', ({ lines }) => {
    expect(messageFault(head(lines), 100)).toBeNull();
  });

  test('of HTTP/1.0, also without a host', () => {
    expect(messageFault(head(['Content-Length: 3'], 0), 100)).toBeNull();
  });
});

describe('a message is refused for', () => {
  test.for([
    { lines: [], fault: 'host-missing' },
    { lines: [host, host], fault: 'host-repeated' },
    { lines: [host, 'HOST: other.nhs.uk'], fault: 'host-repeated' },
    { lines: ['Host:'], fault: 'host-malformed' },
    { lines: ['Host: a.nhs.uk, b.nhs.uk'], fault: 'host-malformed' },
    { lines: ['Host: user@a.nhs.uk'], fault: 'host-malformed' },
    { lines: ['Host: a.nhs.uk/x'], fault: 'host-malformed' },
    { lines: ['Host: a.nhs.uk?x'], fault: 'host-malformed' },
    { lines: ['Host: a.nhs.uk:'], fault: 'host-malformed' },
    { lines: ['Host: a.nhs.uk:443:1'], fault: 'host-malformed' },
    { lines: ['Host: a.nhs.uk:x'], fault: 'host-malformed' },
    { lines: ['Host: :443'], fault: 'host-malformed' },
    { lines: ['Host: [::1'], fault: 'host-malformed' },
    { lines: ['Host: [::1]x'], fault: 'host-malformed' },
    { lines: ['Host: a b'], fault: 'host-malformed' },
    { lines: ['Host: a\u00a0b'], fault: 'host-malformed' },
    { lines: [host, 'Content-Length: 005'], fault: 'content-length' },
    { lines: [host, 'Content-Length: 00'], fault: 'content-length' },
    { lines: [host, 'Content-Length: +5'], fault: 'content-length' },
    { lines: [host, 'Content-Length: -5'], fault: 'content-length' },
    { lines: [host, 'Content-Length: 0x5'], fault: 'content-length' },
    { lines: [host, 'Content-Length: 5, 5'], fault: 'content-length' },
    { lines: [host, 'Content-Length: 1e3'], fault: 'content-length' },
    { lines: [host, 'Content-Length:'], fault: 'content-length' },
    { lines: [host, 'Content-Length: 9007199254740992'], fault: 'content-length' },
    { lines: [host, 'Content-Length: 99999999999999999999'], fault: 'content-length' },
    { lines: [host, 'Content-Length: 5', 'content-length: 5'], fault: 'content-length-repeated' },
    { lines: [host, 'Transfer-Encoding: chunked', 'Content-Length: 5'], fault: 'both-framings' },
    { lines: [host, 'Content-Length: 5', 'Transfer-Encoding: identity'], fault: 'both-framings' },
    { lines: [host, 'Transfer-Encoding: ,chunked'], fault: 'transfer-coding' },
    { lines: [host, 'Transfer-Encoding: chunked,'], fault: 'transfer-coding' },
    { lines: [host, 'Transfer-Encoding: gzip, chunked'], fault: 'transfer-coding' },
    { lines: [host, 'Transfer-Encoding: chunked;x=1'], fault: 'transfer-coding' },
    { lines: [host, 'Transfer-Encoding: "chunked"'], fault: 'transfer-coding' },
    { lines: [host, 'Transfer-Encoding: xchunked'], fault: 'transfer-coding' },
    { lines: [host, 'Transfer-Encoding: chunk\u00e9d'], fault: 'transfer-coding' },
    // The sign for kelvin becomes a k in lower case.
    { lines: [host, 'Transfer-Encoding: chun\u212aed'], fault: 'transfer-coding' },
    { lines: [host, 'Transfer-Encoding:'], fault: 'transfer-coding' },
    {
      lines: [host, 'Transfer-Encoding: chunked', 'transfer-encoding: chunked'],
      fault: 'transfer-coding-repeated',
    },
    { lines: [host, 'Ssp_From: 100000000011'], fault: 'header-name' },
    { lines: [host, 'ssp-Trace_ID: 1'], fault: 'header-name' },
    { lines: [host, 'Content_Length: 5'], fault: 'header-name' },
    { lines: [host, 'Transfer_Encoding: chunked'], fault: 'header-name' },
    { lines: [host, 'Expect: 200-ok'], fault: 'expectation' },
    { lines: [host, 'Expect:'], fault: 'expectation' },
    { lines: [host, 'Expect: 100-continue', 'Expect: 100-continue'], fault: 'expectation' },
    { lines: [host, ...Array.from({ length: 100 }, (_, at) => `X-${at}: 1`)], fault: 'too-many-headers' },
  ])('$fault: $lines', ({ lines, fault }) => {
    expect(messageFault(head(lines), 100)).toBe(fault);
  });

  test.for([
    { lines: [host, 'Transfer-Encoding: chunked'], minor: 0, fault: 'transfer-coding-in-http-1-0' },
    { lines: [host, 'Expect: 100-continue'], minor: 0, fault: 'expectation' },
    { lines: [host], minor: 2, fault: 'http-version' },
  ])('$fault in HTTP/1.$minor', ({ lines, minor, fault }) => {
    expect(messageFault(head(lines, minor), 100)).toBe(fault);
  });

  test('HTTP/2 written as HTTP/1', () => {
    expect(messageFault({ ...head([host]), httpVersionMajor: 2, httpVersionMinor: 0 }, 100)).toBe(
      'http-version',
    );
  });
});

describe('whatever is written', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789+-x., \t'.split('')), maxLength: 20 });

  test('a length that passes is the number as it is written', () => {
    fc.assert(
      fc.property(digits, (text) => {
        const raw = { ...head([host]), rawHeaders: ['Host', 'a', 'Content-Length', text] };
        expect(messageFault(raw, 100) === null).toBe(
          /^\d+$/.test(text) && String(Number(text)) === text && Number.isSafeInteger(Number(text)),
        );
      }),
      { examples: [['0'], ['00'], ['9007199254740991'], ['9007199254740992']] },
    );
  });

  test('a host that passes is what a URL calls one', () => {
    const anything = fc.string({ unit: fc.constantFrom(...'aZ09.-_:[]@/?# ,%'.split('')), maxLength: 12 });
    fc.assert(
      fc.property(anything, (text) => {
        const raw = { ...head([]), rawHeaders: ['Host', text] };
        const isHost = /^([\w.-]+|\[[0-9a-f:.]+\])(:\d+)?$/i.test(text);
        expect(isHost || messageFault(raw, 100) !== null).toBe(true);
      }),
    );
  });
});
