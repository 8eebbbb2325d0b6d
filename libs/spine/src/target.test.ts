import { describe, expect, test } from 'vitest';
import { parseTarget, targetUrl } from './target.ts';

describe('targets accepted (spec 2.1, 2.2)', () => {
  test.for([
    {
      form: 'raw',
      asked: '/https://p1.nhs.uk/base/Patient/1',
      host: 'p1.nhs.uk',
      path: '/base/Patient/1',
      query: '',
    },
    {
      form: 'raw, `$` in the path',
      asked: '/https://pcs.thirdparty.nhs.uk/T99999/STU3/1/Patient/$gpc.getstructuredrecord',
      host: 'pcs.thirdparty.nhs.uk',
      path: '/T99999/STU3/1/Patient/$gpc.getstructuredrecord',
      query: '',
    },
    {
      form: 'raw, repeated parameters in their order and mixed-case escapes',
      asked: '/https://h.nhs.uk/b/Slot?searchFilter=a%7CB&_include=Slot%3aschedule&searchFilter=c|d&x=%20+',
      host: 'h.nhs.uk',
      path: '/b/Slot',
      query: '?searchFilter=a%7CB&_include=Slot%3aschedule&searchFilter=c|d&x=%20+',
    },
    {
      form: 'raw, a query that itself holds a URL, slashes and dots',
      asked: '/https://h.nhs.uk/b/Patient?identifier=https://fhir.nhs.uk/../Id/nhs-number|9690937278?&a=//',
      host: 'h.nhs.uk',
      path: '/b/Patient',
      query: '?identifier=https://fhir.nhs.uk/../Id/nhs-number|9690937278?&a=//',
    },
    {
      form: 'raw, escapes in the path left as they are',
      asked: '/https://h.nhs.uk/b/a%20b%2Fc%7Cd//e/',
      host: 'h.nhs.uk',
      path: '/b/a%20b%2Fc%7Cd//e/',
      query: '',
    },
    {
      form: 'raw, mixed case',
      asked: '/HTTPS://P1.Nhs.UK/Base',
      host: 'P1.Nhs.UK',
      path: '/Base',
      query: '',
    },
    { form: 'raw, host alone', asked: '/https://p1.nhs.uk', host: 'p1.nhs.uk', path: '', query: '' },
    {
      form: 'raw, query after the host',
      asked: '/https://p1.nhs.uk?a=b',
      host: 'p1.nhs.uk',
      path: '',
      query: '?a=b',
    },
    { form: 'raw, empty query', asked: '/https://p1.nhs.uk/b?', host: 'p1.nhs.uk', path: '/b', query: '?' },
    {
      form: 'raw, dots that are no dot segment',
      asked: '/https://p1.nhs.uk/.../..a/b../.well-known/1.0',
      host: 'p1.nhs.uk',
      path: '/.../..a/b../.well-known/1.0',
      query: '',
    },
    {
      form: 'encoded',
      asked: '/https%3A%2F%2Fp1.nhs.uk%2FMentalHealthCrisisPlans%2Fda2b6e8a-3c8f-11e8-baae-6c3be5a609f5',
      host: 'p1.nhs.uk',
      path: '/MentalHealthCrisisPlans/da2b6e8a-3c8f-11e8-baae-6c3be5a609f5',
      query: '',
    },
    {
      form: 'encoded, mixed-case hex',
      asked: '/HttpS%3a%2F%2fp1.nhs.uk%2fb',
      host: 'p1.nhs.uk',
      path: '/b',
      query: '',
    },
    {
      form: 'encoded with its query',
      asked: '/https%3A%2F%2Fp1.nhs.uk%2Fb%3Fa%3D1%26a%3Dx%7Cy',
      host: 'p1.nhs.uk',
      path: '/b',
      query: '?a=1&a=x|y',
    },
    {
      form: 'encoded, decoded once only',
      asked: '/https%3A%2F%2Fp1.nhs.uk%2Fb%252Fc%3Fa%3Dx%257Cy%2520z',
      host: 'p1.nhs.uk',
      path: '/b%2Fc',
      query: '?a=x%7Cy%20z',
    },
    {
      form: 'encoded, then a literal query',
      asked: '/https%3A%2F%2Fp1.nhs.uk%2Fb?a=x%7Cy&a=%3a',
      host: 'p1.nhs.uk',
      path: '/b',
      query: '?a=x%7Cy&a=%3a',
    },
  ])('$form: $asked', ({ asked, host, path, query }) => {
    expect(parseTarget(asked)).toEqual({ ok: true, target: { scheme: 'https', host, path, query } });
  });
});

describe('targets refused (spec 2.3)', () => {
  test.for([
    { fault: 'not-origin-form', asked: 'https://p1.nhs.uk/b' },
    { fault: 'not-origin-form', asked: '*' },
    { fault: 'not-origin-form', asked: '' },
    { fault: 'no-target', asked: '/' },
    { fault: 'no-target', asked: '/metadata' },
    { fault: 'no-target', asked: '/p1.nhs.uk/EPAACS/a.pdf' },
    { fault: 'no-target', asked: '//https://p1.nhs.uk/b' },
    { fault: 'not-https', asked: '/http://p1.nhs.uk/b' },
    { fault: 'not-https', asked: '/http%3A%2F%2Fp1.nhs.uk' },
    { fault: 'not-https', asked: '/ftp://p1.nhs.uk/b' },
    { fault: 'not-https', asked: '/file:///etc/passwd' },
    { fault: 'collapsed-slash', asked: '/https:/p1.nhs.uk/b' },
    { fault: 'collapsed-slash', asked: '/https:p1.nhs.uk/b' },
    { fault: 'collapsed-slash', asked: '/https%3A%2Fp1.nhs.uk' },
    { fault: 'userinfo', asked: '/https://user@p1.nhs.uk/b' },
    { fault: 'userinfo', asked: '/https://p1.nhs.uk:443@evil.example/b' },
    { fault: 'userinfo', asked: '/https%3A%2F%2Fp1.nhs.uk%40evil.example%2Fb' },
    { fault: 'fragment', asked: '/https://p1.nhs.uk/b#c' },
    { fault: 'fragment', asked: '/https%3A%2F%2Fp1.nhs.uk%2Fb%23c' },
    { fault: 'empty-host', asked: '/https://' },
    { fault: 'empty-host', asked: '/https:///b' },
    { fault: 'empty-host', asked: '/https://?a=b' },
    { fault: 'bad-host', asked: '/https://p1..nhs.uk/b' },
    { fault: 'bad-host', asked: '/https://-p1.nhs.uk/b' },
    { fault: 'bad-host', asked: '/https://p1.nhs.uk./b' },
    { fault: 'bad-host', asked: '/https://p1.nhs.uk%2Fb' },
    { fault: 'bad-host', asked: '/https://p1.nhs.uk%40evil.example/b' },
    { fault: 'bad-host', asked: `/https://${'a'.repeat(64)}.nhs.uk/b` },
    { fault: 'ip-literal-host', asked: '/https://10.0.0.1/b' },
    { fault: 'ip-literal-host', asked: '/https://10.1/b' },
    { fault: 'ip-literal-host', asked: '/https://2130706433/b' },
    { fault: 'ip-literal-host', asked: '/https://0x7f000001/b' },
    { fault: 'ip-literal-host', asked: '/https://127.0.0.1./b' },
    { fault: 'ip-literal-host', asked: '/https://[::1]/b' },
    { fault: 'explicit-port', asked: '/https://p1.nhs.uk:443/b' },
    { fault: 'explicit-port', asked: '/https://p1.nhs.uk:/b' },
    { fault: 'explicit-port', asked: '/https%3A%2F%2Fp1.nhs.uk%3A443%2Fb' },
    { fault: 'forbidden-character', asked: '/https://p1.nhs.uk/b c' },
    { fault: 'forbidden-character', asked: '/https://p1.nhs.uk/b\\c' },
    { fault: 'forbidden-character', asked: '/https://p1.nhs.uk/b?a=\u0001' },
    { fault: 'forbidden-character', asked: '/https://p1.nhs.uk/é' },
    { fault: 'forbidden-character', asked: '/https://p1.nhs.uk/b%0d%0aHost:x' },
    { fault: 'forbidden-character', asked: '/https://p1.nhs.uk/b%00' },
    { fault: 'forbidden-character', asked: '/https%3A%2F%2Fp1.nhs.uk%2Fb%3Fa%3D%0D%0A' },
    { fault: 'forbidden-character', asked: '/https%3A%2F%2Fp1.nhs.uk%2Fb%20c' },
    { fault: 'bad-percent-encoding', asked: '/https://p1.nhs.uk/b%2' },
    { fault: 'bad-percent-encoding', asked: '/https://p1.nhs.uk/b%zz' },
    { fault: 'bad-percent-encoding', asked: '/https%3A%2F%2Fp1.nhs.uk%2Fb%E0%A4' },
    { fault: 'dot-segment', asked: '/https://p1.nhs.uk/b/../c' },
    { fault: 'dot-segment', asked: '/https://p1.nhs.uk/b/./c' },
    { fault: 'dot-segment', asked: '/https://p1.nhs.uk/b/..' },
    { fault: 'dot-segment', asked: '/https://p1.nhs.uk/b/%2e%2E/c' },
    { fault: 'dot-segment', asked: '/https://p1.nhs.uk/b/.%2e/c' },
    { fault: 'dot-segment', asked: '/https://p1.nhs.uk/b%2f..%2fc' },
    { fault: 'dot-segment', asked: '/https://p1.nhs.uk/b%5c..%5cc' },
    { fault: 'dot-segment', asked: '/https://p1.nhs.uk/b/..;/c' },
    { fault: 'dot-segment', asked: '/https://p1.nhs.uk/b/%2e%2e%3bx/c' },
    { fault: 'dot-segment', asked: '/https%3A%2F%2Fp1.nhs.uk%2Fb%2F..%2Fc' },
    { fault: 'ambiguous-query', asked: '/https%3A%2F%2Fp1.nhs.uk%2Fb%3Fa%3D1?a=2' },
  ])('$fault: $asked', ({ fault, asked }) => {
    expect(parseTarget(asked)).toEqual({ ok: false, fault });
  });
});

test('the URL of a target leaves the query out', () => {
  expect(targetUrl({ scheme: 'https', host: 'P1.nhs.uk', path: '/b', query: '?a=9690937278' })).toBe(
    'https://P1.nhs.uk/b',
  );
});
