import { expect, test } from 'vitest';
import { whoAnswered } from './who-answered.ts';

const id = '02fba9bf-18d3-47bc-8fb8-59eb1ab59973';
const other = '5fa8b4fa-12c9-4a26-bdda-8dedbce60953';
const own = { resourceType: 'OperationOutcome', id, issue: [{ diagnostics: 'FOT_CHECK_FAILED "x"' }] };

test.for([
  { what: 'our outcome', body: JSON.stringify(own), by: 'proxy', said: 'FOT_CHECK_FAILED "x"' },
  {
    what: 'our outcome, indented',
    body: JSON.stringify(own, null, 2),
    by: 'proxy',
    said: 'FOT_CHECK_FAILED "x"',
  },
  {
    what: 'our outcome in XML',
    body: `<OperationOutcome><id value="${id}"/><issue><diagnostics value="SSL_CERTIFICATE_ERROR"/></issue></OperationOutcome>`,
    by: 'proxy',
    said: 'SSL_CERTIFICATE_ERROR',
  },
  {
    what: 'the outcome of 405, without an id',
    body: '{"issue":[{"details":{"coding":[{"system":"https://fhir.nhs.uk/StructureDefinition/spine-operationoutcome-1","display":"405: Method Not Allowed"}]}}]}',
    by: 'proxy',
    said: '405: Method Not Allowed',
  },
  {
    what: 'an outcome of the provider',
    body: JSON.stringify({ ...own, id: other }),
    by: 'provider',
    said: 'FOT_CHECK_FAILED "x"',
  },
  { what: 'a page', body: '<html>Not Found</html>', by: 'provider', said: null },
  { what: 'nothing', body: '', by: 'provider', said: null },
])('$what is the $by’s, and says $said', ({ body, by, said }) => {
  expect(whoAnswered(id, body)).toEqual({ by, said });
});

test('without an exchange id nobody but the provider can have answered', () => {
  expect(whoAnswered(null, JSON.stringify({ ...own, id: null })).by).toBe('provider');
});
