import { expect, test } from 'vitest';
import { matchesEndpoint } from './endpoint-match.ts';

test.for([
  { case: 'the endpoint itself', endpoint: 'https://h.nhs.uk/base', target: '/base', matches: true },
  { case: 'a path under it', endpoint: 'https://h.nhs.uk/base', target: '/base/Patient/1', matches: true },
  {
    case: 'an endpoint that ends in a slash',
    endpoint: 'https://h.nhs.uk/base/',
    target: '/base/Patient',
    matches: true,
  },
  {
    case: 'that endpoint without its slash',
    endpoint: 'https://h.nhs.uk/base/',
    target: '/base',
    matches: true,
  },
  {
    case: 'one trailing slash only',
    endpoint: 'https://h.nhs.uk/base//',
    target: '/base/Patient',
    matches: false,
  },
  {
    case: 'a longer last segment',
    endpoint: 'https://h.nhs.uk/base',
    target: '/base2/Patient',
    matches: false,
  },
  { case: 'a longer last segment', endpoint: 'https://h.nhs.uk/base/', target: '/base2', matches: false },
  { case: 'a path above it', endpoint: 'https://h.nhs.uk/base/fhir', target: '/base', matches: false },
  { case: 'host in another case', endpoint: 'https://H.NHS.uk/base', target: '/base', matches: true },
  { case: 'scheme in another case', endpoint: 'HTTPS://h.nhs.uk/base', target: '/base', matches: true },
  { case: 'path in another case', endpoint: 'https://h.nhs.uk/Base', target: '/base', matches: false },
  { case: 'another host', endpoint: 'https://g.nhs.uk/base', target: '/base', matches: false },
  { case: 'a host that only begins so', endpoint: 'https://h.nhs.uk.evil/', target: '/base', matches: false },
  {
    case: 'an endpoint with userinfo',
    endpoint: 'https://h.nhs.uk@g.nhs.uk/base',
    target: '/base',
    matches: false,
  },
  { case: 'an endpoint with a port', endpoint: 'https://h.nhs.uk:443/base', target: '/base', matches: false },
  { case: 'an http endpoint', endpoint: 'http://h.nhs.uk/base', target: '/base', matches: false },
  {
    case: 'an endpoint with a query',
    endpoint: 'https://h.nhs.uk/base?a=b',
    target: '/base',
    matches: false,
  },
  { case: 'an endpoint that is no URL', endpoint: 'urn:nhs:names', target: '/base', matches: false },
  {
    case: 'an encoded slash at the boundary',
    endpoint: 'https://h.nhs.uk/base',
    target: '/base%2FPatient',
    matches: false,
  },
  {
    case: 'an encoded letter in the base',
    endpoint: 'https://h.nhs.uk/base',
    target: '/b%61se/Patient',
    matches: false,
  },
  { case: 'an endpoint of a host alone', endpoint: 'https://h.nhs.uk', target: '/Patient', matches: true },
  {
    case: 'an endpoint of a host alone, with slash',
    endpoint: 'https://h.nhs.uk/',
    target: '',
    matches: true,
  },
])('$case: $endpoint and $target', ({ endpoint, target, matches }) => {
  // A query begins after the path and so is a boundary by itself.
  const asked = { scheme: 'https', host: 'h.nhs.uk', path: target, query: '?a=/../b' } as const;
  expect(matchesEndpoint(endpoint, asked)).toBe(matches);
});
