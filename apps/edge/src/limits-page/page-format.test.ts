import { expect, test } from 'vitest';
import { pageFormat } from './page-format.ts';

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

test.for([
  { query: '', accept: undefined, format: 'json' },
  { query: '', accept: '*/*', format: 'json' },
  { query: '', accept: 'application/json', format: 'json' },
  { query: '', accept: browser, format: 'html' },
  { query: '', accept: 'Text/HTML; q=0.9, application/json; q=0.8', format: 'html' },
  { query: '', accept: 'text/html;q=0.5, application/fhir+json', format: 'json' },
  { query: '', accept: 'text/html, application/json', format: 'json' },
  { query: '', accept: 'text/html;q=0', format: 'json' },
  { query: '', accept: 'text/html;q=x', format: 'json' },
  { query: '_format=json', accept: browser, format: 'json' },
  { query: '_format=html', accept: 'application/json', format: 'html' },
  { query: '_format=xml', accept: browser, format: 'json' },
])('?$query and Accept: $accept is answered in $format', ({ query, accept, format }) => {
  expect(pageFormat(new URLSearchParams(query), accept)).toBe(format);
});
