import { expect, test } from 'vitest';
import { hasFalseNhsNumber } from './query-nhs-numbers.ts';

const system = 'https://fhir.nhs.uk/Id/nhs-number';

test.for([
  { query: '', expected: false },
  { query: '?identifier', expected: false },
  { query: '?identifier=', expected: false },
  { query: `?identifier=${system}|9690937278`, expected: false },
  { query: `?identifier=${system}|9690937279`, expected: true },
  { query: `?identifier=${system}|969093727`, expected: true },
  { query: `?identifier=${system}|`, expected: true },
  { query: `?identifier=${system}|969 093 7278`, expected: true },
  { query: `?identifier=${encodeURIComponent(`${system}|9690937278`)}`, expected: false },
  { query: `?identifier=${encodeURIComponent(`${system}|9690937279`)}`, expected: true },
  { query: `?%69dentifier=${system}%7C9690937279`, expected: true },
  { query: `?i%64entifier=${system}%7C9690937279`, expected: true },
  { query: `?identifier=${system}|9690937278,${system}|9690937278`, expected: false },
  { query: `?identifier=${system}|9690937278,${system}|9690937279`, expected: true },
  { query: `?a=1&identifier=${system}|9690937278&identifier=${system}|1`, expected: true },
  { query: `?identifier:exact=${system}|1`, expected: true },
  { query: `?patient.identifier=${system}|1`, expected: true },
  { query: `?subject:Patient.identifier=${system}|1`, expected: true },
  { query: '?identifier=http://fhir.nhs.net/Id/nhs-number|9690937279', expected: true },
  { query: '?identifier=https://fhir.nhs.uk/Id/local-patient-number|9690937279', expected: false },
  { query: '?identifier=https://fhir.nhs.uk/Id/not-nhs-numbers|9690937279', expected: false },
  { query: '?identifier=9690937279', expected: false },
  { query: `?_id=${system}|9690937279`, expected: false },
  { query: `?identifiers=${system}|9690937279`, expected: false },
  { query: '?identifier=%E0%A4%A|1', expected: false },
])('$query: $expected', ({ query, expected }) => {
  expect(hasFalseNhsNumber(query)).toBe(expected);
});
