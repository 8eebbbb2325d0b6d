import { expect, test } from 'vitest';
import { answerFormat } from './answer-format.ts';

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
