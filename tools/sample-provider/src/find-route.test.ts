import { expect, test } from 'vitest';
import { createAnswerStore } from './answer-store.ts';
import { createAppointmentBook } from './appointment-book.ts';
import { findRoute } from './find-route.ts';
import { createRoutes } from './routes.ts';

const routes = createRoutes(createAnswerStore(), createAppointmentBook());
const bases = [
  '',
  '/gpconnect-demonstrator/v1/fhir',
  '/B82617/STU3/1/gpconnect/structured/fhir',
  '/D11111/STU3/1/GPConnect',
];

test.for(
  bases.flatMap((base) => [
    { method: 'GET', path: `${base}/metadata`, expected: 'metadata', id: '' },
    { method: 'GET', path: `${base}/Patient`, expected: 'Patient', id: '' },
    { method: 'HEAD', path: `${base}/Patient/1`, expected: 'Patient/:id', id: '1' },
    { method: 'GET', path: `${base}/Patient/1/Appointment`, expected: 'Patient/:id/Appointment', id: '1' },
    {
      method: 'GET',
      path: `${base}/Patient/2/DocumentReference`,
      expected: 'Patient/:id/DocumentReference',
      id: '2',
    },
    {
      method: 'POST',
      path: `${base}/Patient/$gpc.getstructuredrecord`,
      expected: 'Patient/$gpc.getstructuredrecord',
      id: '',
    },
    { method: 'PUT', path: `${base}/Appointment/7`, expected: 'Appointment/:id', id: '7' },
    { method: 'POST', path: `${base}/Appointment`, expected: 'Appointment', id: '' },
    { method: 'GET', path: `${base}/Binary/1m-3`, expected: 'Binary/:id', id: '1m-3' },
  ]),
)('$method $path goes to $expected', ({ method, path, expected, id }) => {
  const found = findRoute(routes, method, path);
  expect({ path: found.route.path, id: found.id }).toEqual({ path: expected, id });
});

test.for([
  { method: 'GET', path: '/', code: 'NO_RECORD_FOUND' },
  { method: 'GET', path: '/gpconnect/fhir', code: 'NO_RECORD_FOUND' },
  { method: 'GET', path: '/fhir/Observation/1', code: 'NOT_IMPLEMENTED' },
  { method: 'GET', path: '/fhir/Patient/1/Observation', code: 'NOT_IMPLEMENTED' },
  { method: 'POST', path: '/fhir/Patient/$everything', code: 'NOT_IMPLEMENTED' },
  { method: 'DELETE', path: '/fhir/Appointment/1', code: 'NOT_IMPLEMENTED' },
  { method: 'POST', path: '/fhir/metadata', code: 'BAD_REQUEST' },
  { method: 'GET', path: '/fhir/Patient/$gpc.getcarerecord', code: 'BAD_REQUEST' },
])('$method $path is refused as $code', ({ method, path, code }) => {
  expect(() => findRoute(routes, method, path)).toThrow(expect.objectContaining({ code }));
});
