import { describe, expect, test } from 'vitest';
import { noTolerance, parseTarget, targetUrl } from './target.ts';

const accepted = (host: string, path: string, query = '') => ({
  ok: true,
  target: { scheme: 'https', host, path, query },
});

describe('raw form: what follows the first slash is the URL, byte for byte (spec 2.1, 2.3)', () => {
  test.for([
    {
      why: 'a FHIR read',
      asked: '/https://p1.nhs.uk/base/Patient/1',
      sent: ['p1.nhs.uk', '/base/Patient/1'],
    },
    {
      why: 'a `$` stays raw (2.2)',
      asked: '/https://pcs.thirdparty.nhs.uk/T99999/STU3/1/Patient/$gpc.getstructuredrecord',
      sent: ['pcs.thirdparty.nhs.uk', '/T99999/STU3/1/Patient/$gpc.getstructuredrecord'],
    },
    {
      why: 'repeated parameters keep their order, escapes their case (2.2)',
      asked: '/https://h.nhs.uk/b/Slot?searchFilter=a%7CB&_include=Slot%3aschedule&searchFilter=c|d&x=%20+',
      sent: ['h.nhs.uk', '/b/Slot', '?searchFilter=a%7CB&_include=Slot%3aschedule&searchFilter=c|d&x=%20+'],
    },
    {
      why: 'a query is data: URLs, slashes, dots and broken escapes in it',
      asked:
        '/https://h.nhs.uk/b/Patient?identifier=https://fhir.nhs.uk/../Id/nhs-number|9690937278?&a=//&p=100%&q=%0A',
      sent: [
        'h.nhs.uk',
        '/b/Patient',
        '?identifier=https://fhir.nhs.uk/../Id/nhs-number|9690937278?&a=//&p=100%&q=%0A',
      ],
    },
    {
      why: 'escapes of a path are not touched, nor empty segments and a trailing slash',
      asked: '/https://h.nhs.uk/b/a%20b%2Fc%7Cd//e/',
      sent: ['h.nhs.uk', '/b/a%20b%2Fc%7Cd//e/'],
    },
    {
      why: 'bytes beyond ASCII may be escaped, also those that are no UTF-8',
      asked: '/https://h.nhs.uk/b/caf%C3%A9/caf%e9/%E2%80%AE',
      sent: ['h.nhs.uk', '/b/caf%C3%A9/caf%e9/%E2%80%AE'],
    },
    {
      why: 'characters that RFC 3986 would escape and clients do not (2.3)',
      asked: '/https://h.nhs.uk/b/a"<b>^`{|}c?d="<e>^`{|}',
      sent: ['h.nhs.uk', '/b/a"<b>^`{|}c', '?d="<e>^`{|}'],
    },
    {
      why: 'a URL within the path is data',
      asked: '/https://h.nhs.uk/b/https://evil.example:8443/u@v/x',
      sent: ['h.nhs.uk', '/b/https://evil.example:8443/u@v/x'],
    },
    { why: 'path parameters', asked: '/https://h.nhs.uk/b;v=1/x;y', sent: ['h.nhs.uk', '/b;v=1/x;y'] },
    { why: 'scheme and host have no case', asked: '/HTTPS://P1.Nhs.UK/Base', sent: ['P1.Nhs.UK', '/Base'] },
    { why: 'the host alone; `/` is sent', asked: '/https://p1.nhs.uk', sent: ['p1.nhs.uk', ''] },
    { why: 'a query right after the host', asked: '/https://p1.nhs.uk?a=b', sent: ['p1.nhs.uk', '', '?a=b'] },
    { why: 'an empty query is a query', asked: '/https://p1.nhs.uk/b?', sent: ['p1.nhs.uk', '/b', '?'] },
    {
      why: 'dots that are no dot segment',
      asked: '/https://p1.nhs.uk/.../..a/b../.well-known/1.0/.%20a/%2e%2ea',
      sent: ['p1.nhs.uk', '/.../..a/b../.well-known/1.0/.%20a/%2e%2ea'],
    },
    {
      why: 'a label of digits that is not the last, and one that only begins with a digit',
      asked: '/https://10.0.0.1.nhs.uk2/b',
      sent: ['10.0.0.1.nhs.uk2', '/b'],
    },
    {
      why: 'the longest label',
      asked: `/https://${'a'.repeat(63)}.nhs.uk/b`,
      sent: [`${'a'.repeat(63)}.nhs.uk`, '/b'],
    },
  ])('$asked ($why)', ({ asked, sent: [host = '', path = '', query] }) => {
    expect(parseTarget(asked)).toEqual(accepted(host, path, query));
    expect(`/https://${host}${path}${query ?? ''}`.slice(9)).toBe(asked.slice(9));
  });
});

describe('encoded form: the whole URL percent-encoded, decoded exactly once (spec 2.1, 2.3)', () => {
  test.for([
    {
      why: 'as record locator clients must send it',
      asked: '/https%3A%2F%2Fp1.nhs.uk%2FMentalHealthCrisisPlans%2Fda2b6e8a-3c8f-11e8-baae-6c3be5a609f5',
      sent: ['p1.nhs.uk', '/MentalHealthCrisisPlans/da2b6e8a-3c8f-11e8-baae-6c3be5a609f5'],
    },
    { why: 'hex has no case', asked: '/HttpS%3a%2F%2fp1.nhs.uk%2fb', sent: ['p1.nhs.uk', '/b'] },
    {
      why: 'with its query',
      asked: '/https%3A%2F%2Fp1.nhs.uk%2Fb%3Fa%3D1%26a%3Dx%7Cy',
      sent: ['p1.nhs.uk', '/b', '?a=1&a=x|y'],
    },
    {
      why: 'what was escaped in the URL is escaped in what is sent',
      asked: '/https%3A%2F%2Fp1.nhs.uk%2Fb%252Fc%25C3%25A9%3Fa%3Dx%257Cy%2520z%25',
      sent: ['p1.nhs.uk', '/b%2Fc%C3%A9', '?a=x%7Cy%20z%'],
    },
    {
      why: 'a literal query is appended as it is',
      asked: '/https%3A%2F%2Fp1.nhs.uk%2Fb?a=x%7Cy&a=%3a&b=%2525',
      sent: ['p1.nhs.uk', '/b', '?a=x%7Cy&a=%3a&b=%2525'],
    },
    {
      why: 'so is a literal path that has no escapes: either reading is the same',
      asked: '/https%3A%2F%2Fp1.nhs.uk%2Fb/Patient/$find?a=%7C',
      sent: ['p1.nhs.uk', '/b/Patient/$find', '?a=%7C'],
    },
    {
      why: 'which characters an encoder leaves alone is its own affair',
      asked: "/https%3A%2F%2Fp1.nhs.uk%2F$a,b;c=d'(e)*!+%7e",
      sent: ['p1.nhs.uk', "/$a,b;c=d'(e)*!+~"],
    },
  ])('$asked ($why)', ({ asked, sent: [host = '', path = '', query] }) => {
    expect(parseTarget(asked)).toEqual(accepted(host, path, query));
  });
});

describe('port 443, where it is tolerated, is left out of what is sent; no other port is', () => {
  const tolerance = { ...noTolerance, port443: true };
  test.for([
    { asked: '/https://p1.nhs.uk:443/b?c=:443', sent: ['p1.nhs.uk', '/b', '?c=:443'] },
    { asked: '/https://p1.nhs.uk:443', sent: ['p1.nhs.uk', ''] },
    { asked: '/https%3A%2F%2Fp1.nhs.uk%3A443%2Fb', sent: ['p1.nhs.uk', '/b'] },
    { asked: '/https://p1.nhs.uk/b', sent: ['p1.nhs.uk', '/b'] },
  ])('$asked', ({ asked, sent: [host = '', path = '', query] }) => {
    expect(parseTarget(asked, tolerance)).toEqual(accepted(host, path, query));
  });

  test.for([
    { fault: 'explicit-port', asked: '/https://p1.nhs.uk:8443/b' },
    { fault: 'explicit-port', asked: '/https://p1.nhs.uk:/b' },
    { fault: 'explicit-port', asked: '/https://p1.nhs.uk:80/b' },
    { fault: 'explicit-port', asked: '/https://p1.nhs.uk:0443/b' },
    { fault: 'explicit-port', asked: '/https://p1.nhs.uk:443:443/b' },
    { fault: 'bad-host', asked: '/https://p1.nhs.uk%3A443/b' },
    { fault: 'empty-host', asked: '/https://:443/b' },
    { fault: 'userinfo', asked: '/https://u@p1.nhs.uk:443/b' },
    { fault: 'ip-literal-host', asked: '/https://10.0.0.1:443/b' },
    { fault: 'ip-literal-host', asked: '/https://[::1]:443/b' },
    { fault: 'collapsed-slash', asked: '/https:/p1.nhs.uk:443/b' },
  ])('$fault: $asked', ({ fault, asked }) => {
    expect(parseTarget(asked, tolerance)).toEqual({ ok: false, fault });
  });
});

describe('a collapsed slash, where it is tolerated, changes nothing of what follows it', () => {
  const tolerance = { ...noTolerance, collapsedSlash: true };
  test.for([
    { asked: '/https:/p1.nhs.uk/b//c?d=https://e', sent: ['p1.nhs.uk', '/b//c', '?d=https://e'] },
    { asked: '/Https:/p1.nhs.uk', sent: ['p1.nhs.uk', ''] },
    { asked: '/https://p1.nhs.uk/b', sent: ['p1.nhs.uk', '/b'] },
  ])('$asked', ({ asked, sent: [host = '', path = '', query] }) => {
    expect(parseTarget(asked, tolerance)).toEqual(accepted(host, path, query));
  });

  test.for([
    { fault: 'collapsed-slash', asked: '/https%3A%2Fp1.nhs.uk%2Fb' },
    { fault: 'missing-slashes', asked: '/https:p1.nhs.uk/b' },
    { fault: 'mixed-form', asked: '/https:%2Fp1.nhs.uk/b' },
    { fault: 'not-https', asked: '/http:/p1.nhs.uk/b' },
    { fault: 'empty-host', asked: '/https:/' },
    { fault: 'empty-host', asked: '/https:///p1.nhs.uk/b' },
    { fault: 'explicit-port', asked: '/https:/p1.nhs.uk:443/b' },
    { fault: 'dot-segment', asked: '/https:/p1.nhs.uk/../b' },
  ])('$fault: $asked', ({ fault, asked }) => {
    expect(parseTarget(asked, tolerance)).toEqual({ ok: false, fault });
  });
});

test('the URL of a target leaves the query out', () => {
  expect(targetUrl({ scheme: 'https', host: 'P1.nhs.uk', path: '/b', query: '?a=9690937278' })).toBe(
    'https://P1.nhs.uk/b',
  );
});
