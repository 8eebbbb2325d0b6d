import { bundleOfSize, type Resource } from '../bundle.ts';
import { pick } from '../pick.ts';
import { type SamplePatient } from '../sample-patient.ts';
import { type SampleSize, sampleSizeBytes } from '../sample-size.ts';
import { patientResource } from './patient.ts';
import { organizationResource, practitionerResource } from './practice.ts';

const medicines = ['Sampleprofen 200mg tablets', 'Placebin 5mg capsules', 'Testamol 500mg tablets'] as const;
const substances = ['Sample pollen', 'Testnut', 'Placebo latex'] as const;

/** A patient's structured record: a collection of about the size's bytes. */
export function structuredRecord(patient: SamplePatient, size: SampleSize): string {
  const first = [
    patientResource(patient),
    organizationResource('B82617'),
    practitionerResource('111122223333'),
  ];
  return bundleOfSize('collection', first, (index) => recordEntry(patient.id, index), sampleSizeBytes[size]);
}

function recordEntry(patientId: string, index: number): Resource {
  const patient = { reference: `Patient/${patientId}` };
  const day = `20${String(10 + (index % 15))}-0${String(1 + (index % 9))}-1${String(index % 10)}`;
  if (index % 3 === 2) {
    return {
      resourceType: 'AllergyIntolerance',
      id: `a${index}`,
      clinicalStatus: 'active',
      verificationStatus: 'unconfirmed',
      code: { text: pick(substances, index) },
      patient,
      assertedDate: day,
    };
  }
  return {
    resourceType: 'MedicationStatement',
    id: `m${index}`,
    status: index % 2 === 0 ? 'active' : 'completed',
    medicationCodeableConcept: { text: pick(medicines, index) },
    subject: patient,
    effectivePeriod: { start: day },
    dateAsserted: day,
    taken: 'unk',
    dosage: [{ text: `${1 + (index % 3)} a day, after food` }],
  };
}
