import { expect, test } from 'vitest';
import { answerFormat, looseQuery } from './answer-format.ts';

test.for([
  { query: '', accept: undefined, contentType: undefined, expected: 'application/fhir+xml' },
  { query: '', accept: '*/*', contentType: undefined, expected: 'application/fhir+xml' },
  { query: '', accept: 'text/html', contentType: undefined, expected: 'application/fhir+xml' },
  { query: '', accept: 'application/fhir+json', contentType: undefined, expected: 'application/fhir+json' },
  { query: '', accept: 'application/json+fhir', contentType: undefined, expected: 'application/json+fhir' },
  {
    query: '',
    accept: 'Application/JSON; charset=utf-8',
    contentType: undefined,
    expected: 'application/json',
  },
  { query: '', accept: 'text/xml', contentType: 'application/fhir+json', expected: 'text/xml' },
  { query: '', accept: '*/*', contentType: 'application/fhir+json', expected: 'application/fhir+json' },
  {
    query: '',
    accept: undefined,
    contentType: 'application/json+fhir; v=1',
    expected: 'application/json+fhir',
  },
  {
    query: '',
    accept: 'application/fhir+xml;q=0.5, application/fhir+json;q=0.9',
    contentType: undefined,
    expected: 'application/fhir+json',
  },
  {
    query: '',
    accept: 'application/fhir+json;q=0, application/fhir+xml;q=0.1',
    contentType: undefined,
    expected: 'application/fhir+xml',
  },
  {
    query: '',
    accept: 'application/fhir+xml, application/fhir+json',
    contentType: undefined,
    expected: 'application/fhir+xml',
  },
  {
    query: '?_format=json',
    accept: 'application/fhir+xml',
    contentType: 'application/fhir+xml',
    expected: 'application/fhir+json',
  },
  {
    query: '?a=b&_format=xml',
    accept: 'application/fhir+json',
    contentType: undefined,
    expected: 'application/fhir+xml',
  },
  {
    query: '?_format=application/json+fhir',
    accept: undefined,
    contentType: undefined,
    expected: 'application/json+fhir',
  },
  {
    query: '?_format=application%2Ffhir%2Bjson',
    accept: undefined,
    contentType: undefined,
    expected: 'application/fhir+json',
  },
  {
    query: '?_format=ttl',
    accept: 'application/fhir+json',
    contentType: undefined,
    expected: 'application/fhir+json',
  },
  {
    query: '?_format=constructor',
    accept: undefined,
    contentType: undefined,
    expected: 'application/fhir+xml',
  },
])('$query, Accept $accept, Content-Type $contentType: $expected', ({ expected, ...wishes }) => {
  const format = expected.includes('json') ? 'json' : 'xml';
  expect(answerFormat(wishes, 'xml')).toEqual({ format, mediaType: expected });
});

test('the configured default counts where nothing is asked for', () => {
  const wishes = { query: '', accept: undefined, contentType: undefined };
  expect(answerFormat(wishes, 'json')).toEqual({ format: 'json', mediaType: 'application/fhir+json' });
});

const json = 'application/fhir+json';
const xml = 'application/fhir+xml';

test.for([
  { accept: 'application/fhir+json;fhirVersion=3.0', expected: json },
  { accept: 'application/fhir+json; charset=utf-8; q=0.8', expected: json },
  { accept: 'application/json, text/plain, */*', expected: 'application/json' },
  { accept: '*/*, application/fhir+json', expected: json },
  { accept: 'application/fhir+json;q=0.5, */*', expected: xml },
  { accept: 'application/fhir+json;q=0.5, application/*;q=0.4', expected: json },
  {
    accept: 'text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8',
    expected: 'application/xml',
  },
  { accept: 'application/fhir+xml;q=0, */*', expected: json },
  { accept: 'application/fhir+xml;q=0', expected: json },
  { accept: '*/*;q=0', expected: xml },
  { accept: '', expected: xml },
  { accept: ',;,', expected: xml },
])('by default XML, Accept $accept: $expected', ({ accept, expected }) => {
  expect(answerFormat({ query: '', accept, contentType: undefined }, 'xml').mediaType).toBe(expected);
});

test.for([
  { query: '?_format=ttl&_format=json', expected: json },
  { query: '?_format=application/fhir+json;fhirVersion=3.0', expected: json },
  { query: '?_format=', expected: xml },
  { query: '?_format=%E0%A4%A', expected: xml },
])('by default XML, $query: $expected', ({ query, expected }) => {
  expect(answerFormat({ query, accept: undefined, contentType: undefined }, 'xml').mediaType).toBe(expected);
});

test.for([
  { target: '/https://h.nhs.uk:1/x', query: '' },
  { target: '/https://h.nhs.uk:1/x?_format=json', query: '?_format=json' },
  { target: '/https%3A%2F%2Fh.nhs.uk%3A1%2Fx%3F_format%3Djson', query: '?_format=json' },
  { target: '/https%3A%2F%2Fh.nhs.uk%2Fx%3f_format%3Djson%26a%3D%25', query: '?_format=json&a=%' },
  { target: '/https%3A%2F%2Fh.nhs.uk%2F%zz%3F_format%3Djson%zz', query: '?_format%3Djson%zz' },
  { target: '*', query: '' },
])('what may be a query of the broken target $target: $query', ({ target, query }) => {
  expect(looseQuery(target)).toBe(query);
});
