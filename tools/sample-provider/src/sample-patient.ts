import { isNhsNumber } from '@ssp/spine';
import { ProviderRefusal } from './provider-refusal.ts';
import { type SampleSize } from './sample-size.ts';

/** A synthetic patient; everything else about them follows from the NHS number. */
export interface SamplePatient {
  readonly id: string;
  readonly nhsNumber: string;
  readonly size: SampleSize;
}

const named: readonly SamplePatient[] = [
  { id: '1', nhsNumber: '9690937278', size: '2k' },
  { id: '2', nhsNumber: '9690937286', size: '30k' },
  { id: '3', nhsNumber: '9690937294', size: '1m' },
];
const absentNhsNumber = '9999999999';

/** The patient with an NHS number: any valid one but 9999999999 exists here. Throws a refusal otherwise. */
export function patientByNhsNumber(nhsNumber: string): SamplePatient {
  if (!isNhsNumber(nhsNumber)) throw new ProviderRefusal('INVALID_NHS_NUMBER');
  if (nhsNumber === absentNhsNumber) throw new ProviderRefusal('PATIENT_NOT_FOUND');
  return (
    named.find((patient) => patient.nhsNumber === nhsNumber) ?? {
      // Reversible, so that no table of patients is kept, yet no NHS number shows in a URL.
      id: `p${Number(nhsNumber).toString(36)}`,
      nhsNumber,
      size: '2k',
    }
  );
}

/** The patient with a logical id as found in our answers. Throws a `PATIENT_NOT_FOUND` refusal otherwise. */
export function patientById(id: string): SamplePatient {
  const known = named.find((patient) => patient.id === id);
  if (known) return known;
  const nhsNumber = /^p[0-9a-z]{1,7}$/.test(id) ? String(parseInt(id.slice(1), 36)).padStart(10, '0') : '';
  if (!isNhsNumber(nhsNumber)) throw new ProviderRefusal('PATIENT_NOT_FOUND');
  return patientByNhsNumber(nhsNumber);
}
