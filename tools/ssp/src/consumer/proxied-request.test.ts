import { parseTarget, readSspHeaders, targetUrl } from '@ssp/spine';
import { expect, test } from 'vitest';
import { requestTarget, sspHeaders } from './proxied-request.ts';

const endpoint = 'https://orange.testlab.nhs.uk/B82617/STU3/1';

test.for([
  {
    rest: '/Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C9690937278',
    raw: '/https://orange.testlab.nhs.uk/B82617/STU3/1/Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C9690937278',
    encoded:
      '/https%3A%2F%2Forange.testlab.nhs.uk%2FB82617%2FSTU3%2F1%2FPatient%3Fidentifier%3Dhttps%3A%2F%2Ffhir.nhs.uk%2FId%2Fnhs-number%257C9690937278',
  },
  {
    rest: '/Patient/$gpc.getstructuredrecord',
    raw: '/https://orange.testlab.nhs.uk/B82617/STU3/1/Patient/$gpc.getstructuredrecord',
    encoded:
      '/https%3A%2F%2Forange.testlab.nhs.uk%2FB82617%2FSTU3%2F1%2FPatient%2F%24gpc.getstructuredrecord',
  },
  {
    rest: '?_format=json&x={a|b}%3a',
    raw: '/https://orange.testlab.nhs.uk/B82617/STU3/1?_format=json&x={a|b}%3a',
    encoded:
      '/https%3A%2F%2Forange.testlab.nhs.uk%2FB82617%2FSTU3%2F1%3F_format%3Djson%26x%3D%7Ba%7Cb%7D%253a',
  },
  {
    rest: '',
    raw: '/https://orange.testlab.nhs.uk/B82617/STU3/1',
    encoded: '/https%3A%2F%2Forange.testlab.nhs.uk%2FB82617%2FSTU3%2F1',
  },
])('"$rest" goes out as $raw, or as $encoded, and the edge reads both as one', ({ rest, raw, encoded }) => {
  expect(requestTarget({ endpoint, rest, form: 'raw' })).toBe(raw);
  expect(requestTarget({ endpoint, rest, form: 'encoded' })).toBe(encoded);
  const read = parseTarget(encoded);
  expect(read).toEqual(parseTarget(raw));
  expect(read.ok && targetUrl(read.target) + read.target.query).toBe(raw.slice(1));
});

test.for([
  { given: 'https://a.nhs.uk/v1/', rest: '/Patient', target: '/https://a.nhs.uk/v1/Patient' },
  { given: 'https://a.nhs.uk/v1/', rest: '', target: '/https://a.nhs.uk/v1/' },
  { given: 'https://a.nhs.uk/v1/', rest: '?x=1', target: '/https://a.nhs.uk/v1/?x=1' },
])('an endpoint that ends in a slash: $given and "$rest" is $target', ({ given, rest, target }) => {
  expect(requestTarget({ endpoint: given, rest, form: 'raw' })).toBe(target);
});

test('the four headers are read by the edge as they were meant', () => {
  const facts = {
    traceId: '09a01679-2564-4fb4-9129-aecc81ea2706',
    from: '200000000359',
    to: '918999198738',
    interaction: 'urn:nhs:names:services:gpconnect:fhir:rest:search:patient-1',
    token: 'a.b.',
  };
  const headers = sspHeaders(facts);
  expect(readSspHeaders(headers.flat())).toMatchObject({
    ok: true,
    headers: { traceId: facts.traceId, from: facts.from, to: facts.to, interactionId: facts.interaction },
  });
  expect(headers.at(-1)).toEqual(['Authorization', 'Bearer a.b.']);
});
