import { describe, expect, test } from 'vitest';
import { endpointDefaults, matchesEndpoint, readEndpoint } from './endpoint-match.ts';

const covers = (endpoint: string, target: string, tolerance = endpointDefaults) => {
  const read = readEndpoint(endpoint, tolerance);
  const [, host = '', path = ''] = /^([^/]*)(.*)$/.exec(target) ?? [];
  return read !== null && matchesEndpoint(read, { host, path });
};

describe('a target lies at or under the endpoint, at a segment boundary (spec 6.4)', () => {
  test.for([
    { covered: true, endpoint: 'https://h.nhs.uk/base', target: 'h.nhs.uk/base', why: 'the endpoint itself' },
    { covered: true, endpoint: 'https://h.nhs.uk/base', target: 'h.nhs.uk/base/Patient/1', why: 'under it' },
    {
      covered: true,
      endpoint: 'https://h.nhs.uk/base',
      target: 'h.nhs.uk/base/',
      why: 'some clients append a slash',
    },
    {
      covered: true,
      endpoint: 'https://h.nhs.uk/base',
      target: 'h.nhs.uk/base//x',
      why: 'an empty segment is one',
    },
    {
      covered: true,
      endpoint: 'https://h.nhs.uk/base',
      target: 'h.nhs.uk/base/a%2Fb',
      why: 'encoded below the base',
    },
    {
      covered: false,
      endpoint: 'https://h.nhs.uk/base',
      target: 'h.nhs.uk/base2/Patient',
      why: 'a longer segment',
    },
    {
      covered: false,
      endpoint: 'https://h.nhs.uk/base',
      target: 'h.nhs.uk/base;x/Patient',
      why: 'a parameter is no boundary',
    },
    {
      covered: false,
      endpoint: 'https://h.nhs.uk/base',
      target: 'h.nhs.uk/base%2FPatient',
      why: 'nor is an encoded slash',
    },
    {
      covered: false,
      endpoint: 'https://h.nhs.uk/base',
      target: 'h.nhs.uk/base%3Fa',
      why: 'nor an encoded question mark',
    },
    { covered: false, endpoint: 'https://h.nhs.uk/base/fhir', target: 'h.nhs.uk/base', why: 'above it' },
    {
      covered: false,
      endpoint: 'https://h.nhs.uk/base',
      target: 'h.nhs.uk//base',
      why: 'slashes are counted',
    },
    {
      covered: true,
      endpoint: 'https://h.nhs.uk',
      target: 'h.nhs.uk/Patient',
      why: 'a host alone covers all of it',
    },
    {
      covered: true,
      endpoint: 'https://h.nhs.uk',
      target: 'h.nhs.uk',
      why: 'also where the target names the host alone',
    },
    { covered: true, endpoint: 'https://h.nhs.uk/', target: 'h.nhs.uk', why: 'for which / is sent' },
  ])('$covered: $endpoint and $target ($why)', ({ covered, endpoint, target }) => {
    expect(covers(endpoint, target)).toBe(covered);
  });
});

describe('host without case, path exactly, nothing normalised (spec 6.4)', () => {
  test.for([
    { covered: true, endpoint: 'https://H.NHS.uk/base', target: 'h.nhs.uk/base', why: 'a host has no case' },
    { covered: true, endpoint: 'https://h.nhs.uk/base', target: 'H.nhs.UK/base', why: 'on neither side' },
    { covered: false, endpoint: 'https://h.nhs.uk/Base', target: 'h.nhs.uk/base', why: 'a path has' },
    {
      covered: false,
      endpoint: 'https://h.nhs.uk/base',
      target: 'h.nhs.uk/b%61se/x',
      why: 'an escape is no letter',
    },
    {
      covered: false,
      endpoint: 'https://h.nhs.uk/b%61se',
      target: 'h.nhs.uk/base/x',
      why: 'the other way neither',
    },
    { covered: true, endpoint: 'https://h.nhs.uk/b%20c', target: 'h.nhs.uk/b%20c/x', why: 'the same escape' },
    {
      covered: false,
      endpoint: 'https://h.nhs.uk/b%c3',
      target: 'h.nhs.uk/b%C3/x',
      why: 'not in another case',
    },
    { covered: false, endpoint: 'https://g.nhs.uk/base', target: 'h.nhs.uk/base', why: 'another host' },
    {
      covered: false,
      endpoint: 'https://h.nhs.uk',
      target: 'h.nhs.uk.evil.example/base',
      why: 'a longer host',
    },
    { covered: false, endpoint: 'https://h.nhs.uk.evil.example', target: 'h.nhs.uk/x', why: 'a shorter one' },
    { covered: false, endpoint: 'https://nhs.uk', target: 'h.nhs.uk/base', why: 'a host under it' },
  ])('$covered: $endpoint and $target ($why)', ({ covered, endpoint, target }) => {
    expect(covers(endpoint, target)).toBe(covered);
  });
});

describe('endpoints as directories hold them', () => {
  test.for([
    { covered: true, endpoint: ' https://h.nhs.uk/base\t', why: 'blanks around it' },
    { covered: true, endpoint: 'HTTPS://h.nhs.uk/base', why: 'a scheme has no case' },
    { covered: false, endpoint: 'http://h.nhs.uk/base', why: 'another scheme' },
    { covered: false, endpoint: 'https:/h.nhs.uk/base', why: 'a slash short' },
    { covered: false, endpoint: 'https%3A%2F%2Fh.nhs.uk%2Fbase', why: 'encoded' },
    { covered: false, endpoint: '<https://h.nhs.uk/base>', why: 'bracketed' },
    { covered: false, endpoint: 'https://h.nhs.uk:443/base', why: 'a port, also the usual one (spec 2.1)' },
    { covered: false, endpoint: 'https://h.nhs.uk:8443/base', why: 'another port' },
    { covered: false, endpoint: 'https://h.nhs.uk@g.nhs.uk/base', why: 'a user' },
    { covered: false, endpoint: 'https://h.nhs.uk/base?a=b', why: 'a query' },
    { covered: false, endpoint: 'https://h.nhs.uk/base?', why: 'an empty query' },
    { covered: false, endpoint: 'https://h.nhs.uk/base#a', why: 'a fragment' },
    { covered: false, endpoint: 'https://h.nhs.uk /base', why: 'a blank within' },
    { covered: false, endpoint: 'urn:nhs:names', why: 'no URL' },
    { covered: false, endpoint: '', why: 'nothing' },
  ])('$covered: "$endpoint" ($why)', ({ covered, endpoint }) => {
    expect(covers(endpoint, 'h.nhs.uk/base/Patient')).toBe(covered);
  });

  test.for([
    { endpoint: 'https://10.0.0.1/base', why: 'an address for a host (spec 2.1)' },
    { endpoint: 'https://h.nhs.uk/a/../base', why: 'a dot segment' },
    { endpoint: 'https://h.nhs.uk/a%2Fbase', why: 'an encoded slash in the base (spec 2.3)' },
    { endpoint: 'https://h.nhs.uk/a%5cbase', why: 'an encoded backslash' },
    { endpoint: 'https://h.nhs.uk/a%252fbase', why: 'a slash encoded twice' },
  ])('$endpoint covers nothing, not even itself ($why)', ({ endpoint }) => {
    expect(readEndpoint(endpoint)).toBeNull();
  });

  test('the value is kept verbatim, for the refusals that show it', () => {
    expect(readEndpoint(' HTTPS://H.nhs.uk/Base/ ')).toEqual({
      registered: ' HTTPS://H.nhs.uk/Base/ ',
      host: 'h.nhs.uk',
      path: '/Base',
      under: '/Base/',
    });
  });
});

describe('a trailing slash of the endpoint', () => {
  test.for([
    { target: 'h.nhs.uk/base/Patient', ignored: true, exact: true, why: 'under it either way' },
    { target: 'h.nhs.uk/base/', ignored: true, exact: true, why: 'the endpoint itself' },
    {
      target: 'h.nhs.uk/base//Patient',
      ignored: true,
      exact: true,
      why: 'from clients that append a slash to any base',
    },
    { target: 'h.nhs.uk/base', ignored: true, exact: false, why: 'the endpoint without its slash' },
    { target: 'h.nhs.uk/base2', ignored: false, exact: false, why: 'a longer segment' },
  ])(
    '$target: $ignored where it is ignored, $exact where it is exact ($why)',
    ({ target, ignored, exact }) => {
      const endpoint = 'https://h.nhs.uk/base/';
      expect(covers(endpoint, target)).toBe(ignored);
      expect(covers(endpoint, target, { ...endpointDefaults, trailingSlash: 'exact' })).toBe(exact);
    },
  );

  test.for([
    { endpoint: 'https://h.nhs.uk/base//', target: 'h.nhs.uk/base/Patient', covered: false },
    { endpoint: 'https://h.nhs.uk/base//', target: 'h.nhs.uk/base//Patient', covered: true },
    { endpoint: 'https://h.nhs.uk/base//', target: 'h.nhs.uk/base/', covered: true },
  ])('only one is ignored: $endpoint and $target', ({ endpoint, target, covered }) => {
    expect(covers(endpoint, target)).toBe(covered);
  });

  test('of a host alone it makes no difference, also where it is exact', () => {
    const exact = { ...endpointDefaults, trailingSlash: 'exact' } as const;
    for (const endpoint of ['https://h.nhs.uk', 'https://h.nhs.uk/']) {
      for (const target of ['h.nhs.uk', 'h.nhs.uk/', 'h.nhs.uk/x']) {
        expect([endpoint, target, covers(endpoint, target, exact)]).toEqual([endpoint, target, true]);
      }
    }
  });
});

describe('port 443 of the endpoint, where it is tolerated', () => {
  test.for([
    { covered: true, endpoint: 'https://h.nhs.uk:443/base', why: 'the port that is dialled anyway' },
    { covered: true, endpoint: 'https://h.nhs.uk/base', why: 'no port' },
    { covered: false, endpoint: 'https://h.nhs.uk:8443/base', why: 'another port' },
    { covered: false, endpoint: 'https://h.nhs.uk:/base', why: 'an empty port' },
    { covered: false, endpoint: 'https://h.nhs.uk:0443/base', why: 'a port in another spelling' },
  ])('$covered: $endpoint ($why)', ({ covered, endpoint }) => {
    expect(covers(endpoint, 'h.nhs.uk/base/x', { ...endpointDefaults, port443: true })).toBe(covered);
  });
});
