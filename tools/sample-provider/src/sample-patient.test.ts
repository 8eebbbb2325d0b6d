import { expect, test } from 'vitest';
import { patientById, patientByNhsNumber } from './sample-patient.ts';

test.for([
  { nhsNumber: '9690937278', id: '1', size: '2k' },
  { nhsNumber: '9690937286', id: '2', size: '30k' },
  { nhsNumber: '9690937294', id: '3', size: '1m' },
])('$nhsNumber is patient $id with $size', ({ nhsNumber, id, size }) => {
  expect(patientByNhsNumber(nhsNumber)).toEqual({ nhsNumber, id, size });
  expect(patientById(id).nhsNumber).toBe(nhsNumber);
});

test.for(['9000000084', '9658218873', '0000000000'])(
  '%s is found again by the id given for it',
  (nhsNumber) => {
    const { id } = patientByNhsNumber(nhsNumber);
    expect(id).not.toContain(nhsNumber);
    expect(patientById(id).nhsNumber).toBe(nhsNumber);
  },
);

test.for([
  { nhsNumber: '9690937279', code: 'INVALID_NHS_NUMBER' },
  { nhsNumber: '969093727', code: 'INVALID_NHS_NUMBER' },
  { nhsNumber: '9999999999', code: 'PATIENT_NOT_FOUND' },
])('$nhsNumber is refused as $code', ({ nhsNumber, code }) => {
  expect(() => patientByNhsNumber(nhsNumber)).toThrow(expect.objectContaining({ code }));
});

test.for(['4', 'p', 'pzzzzzzz', '9690937278'])('the id %s is nobody', (id) => {
  expect(() => patientById(id)).toThrow(expect.objectContaining({ code: 'PATIENT_NOT_FOUND' }));
});
