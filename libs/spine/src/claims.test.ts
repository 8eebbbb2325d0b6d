import { expect, test } from 'vitest';
import { readBearerToken } from './claims.ts';

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = {
  iss: 'https://ConsumerSystemURL',
  sub: '1',
  exp: 1_469_436_987,
  requested_scope: 'patient/*.read',
};
const none = base64url({ alg: 'none', typ: 'JWT' });
const body = base64url(claims);
const padded = Buffer.from(JSON.stringify({ ...claims, iss: 'https://h/?>>>???' })).toString('base64');

test.for([
  { what: 'alg none, empty signature, trailing dot', authorization: `Bearer ${none}.${body}.`, alg: 'none' },
  { what: 'the dot forgotten', authorization: `Bearer ${none}.${body}`, alg: 'none' },
  {
    what: 'RS512 with a junk signature',
    authorization: `Bearer ${base64url({ alg: 'RS512' })}.${body}.AAAA`,
    alg: 'RS512',
  },
  { what: 'padding', authorization: `Bearer ${none}=.${body}==.AA==`, alg: 'none' },
  {
    what: 'another case of the scheme, more blanks',
    authorization: `bearer   ${none}.${body}. `,
    alg: 'none',
  },
  { what: 'a header that is not JSON', authorization: `Bearer AAAA.${body}.`, alg: null, headerRead: false },
  { what: 'an alg that is no text', authorization: `Bearer ${base64url({ alg: 1 })}.${body}.`, alg: null },
])('claims are read: $what', ({ authorization, alg, headerRead = true }) => {
  expect(readBearerToken(authorization)).toEqual({
    state: 'read',
    headerRead,
    alg,
    claims,
    claimsJson: JSON.stringify(claims),
  });
});

test('the ordinary base64 alphabet is read as well', () => {
  expect(padded).toMatch(/[+/]/);
  expect(readBearerToken(`Bearer ${none}.${padded}.`)).toMatchObject({
    claims: { iss: 'https://h/?>>>???' },
  });
});

test('no Authorization is absent', () => {
  expect(readBearerToken(undefined)).toEqual({ state: 'absent' });
});

test.for([
  { what: 'empty', authorization: '' },
  { what: 'another scheme', authorization: 'Basic dXNlcjpwYXNz' },
  { what: 'no token', authorization: 'Bearer ' },
  { what: 'one part', authorization: `Bearer ${body}` },
  { what: 'four parts', authorization: `Bearer ${none}.${body}.AA.AA` },
  { what: 'claims that are not JSON', authorization: `Bearer ${none}.AAAA.` },
  { what: 'claims that are a list', authorization: `Bearer ${none}.${base64url([1])}.` },
  { what: 'claims that are null', authorization: `Bearer ${none}.${base64url(null)}.` },
  { what: 'two tokens', authorization: `Bearer ${none}.${body}., Bearer ${none}.${body}.` },
])('unreadable: $what', ({ authorization }) => {
  expect(readBearerToken(authorization)).toEqual({ state: 'unreadable' });
});
