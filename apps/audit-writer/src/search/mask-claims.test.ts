import { expect, test } from 'vitest';
import { maskClaims } from './mask-claims.ts';

test('NHS numbers are masked wherever they stand in a token, and nothing else is', () => {
  expect(
    maskClaims({
      sub: '10019',
      exp: 1_469_436_987,
      requested_record: {
        identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9476719931' }],
        number: 9_476_719_931,
        reference: 'Patient?identifier=nhs|9476719931',
      },
    }),
  ).toEqual({
    sub: '10019',
    exp: 1_469_436_987,
    requested_record: {
      identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '**********' }],
      number: '**********',
      reference: 'Patient?identifier=nhs|**********',
    },
  });
});
