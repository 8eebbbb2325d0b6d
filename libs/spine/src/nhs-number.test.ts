import { expect, test } from 'vitest';
import { isNhsNumber, maskNhsNumbers } from './nhs-number.ts';

test.for([
  { digits: '9658218873', expected: true },
  { digits: '9690937278', expected: true },
  { digits: '9000000084', expected: true },
  { digits: '9000000033', expected: true },
  // A check of 11 is written 0.
  { digits: '9999999980', expected: true },
  { digits: '9658218874', expected: false },
  { digits: '965821887', expected: false },
  { digits: '96582188730', expected: false },
  { digits: '965 821 8873', expected: false },
  { digits: '', expected: false },
])('$digits is an NHS number: $expected', ({ digits, expected }) => {
  expect(isNhsNumber(digits)).toBe(expected);
});

test('where the check comes to 10 no number is well formed', () => {
  const numbers = Array.from({ length: 10 }, (_, digit) => `900000005${digit}`);
  expect(numbers.filter(isNhsNumber)).toEqual([]);
});

test.for([
  { where: 'path', url: '/https://h/Patient/9658218873', masked: '/https://h/Patient/**********' },
  { where: 'path before a slash', url: '/b/9658218873/Slot', masked: '/b/**********/Slot' },
  { where: 'query', url: '/b?identifier=sys|9658218873&x=1', masked: '/b?identifier=sys|**********&x=1' },
  { where: 'encoded pipe', url: '/b?identifier=sys%7C9658218873', masked: '/b?identifier=sys%7C**********' },
  { where: 'after an encoded blank', url: '/b?name=a%209658218873', masked: '/b?name=a%20**********' },
  { where: 'in encoded quotes', url: '/b?name=%229658218873%22', masked: '/b?name=%22**********%22' },
  { where: 'encoded twice', url: '/b%3Fa%3Dx%25209658218873', masked: '/b%3Fa%3Dx%2520**********' },
  { where: 'after an encoded per cent', url: '/b?a=%259658218873', masked: '/b?a=%25**********' },
  {
    where: 'every digit encoded',
    url: '/b/%39%36%35%38%32%31%38%38%37%33',
    masked: '/b/**********',
  },
  { where: 'some digits encoded', url: '/b/9%3658218%38%373/x', masked: '/b/**********/x' },
  { where: 'digits encoded twice', url: '/b/%2539658218873', masked: '/b/**********' },
  { where: 'one digit encoded', url: '/b/965821887%33', masked: '/b/**********' },
  { where: 'several', url: '/9658218873/9690937278', masked: '/**********/**********' },
  { where: 'wrong check digit', url: '/b/9658218874', masked: '/b/9658218874' },
  { where: 'longer run', url: '/b/19658218873', masked: '/b/19658218873' },
  { where: 'longer run', url: '/b/96582188730', masked: '/b/96582188730' },
  { where: 'longer run by an encoded digit', url: '/b/%319658218873', masked: '/b/%319658218873' },
  { where: 'longer run by an encoded digit', url: '/b/9658218873%30', masked: '/b/9658218873%30' },
  { where: 'ASID', url: '/b/200000000359', masked: '/b/200000000359' },
])('masked in a URL, $where: $url', ({ url, masked }) => {
  expect(maskNhsNumbers(url)).toBe(masked);
});
