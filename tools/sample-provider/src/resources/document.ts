import { bundleOfSize, type Resource } from '../bundle.ts';
import { type SamplePatient } from '../sample-patient.ts';
import { type SampleSize, sampleSizeBytes } from '../sample-size.ts';
import { patientResource } from './patient.ts';

/** The documents of a patient; each names a Binary that exists. */
export function documentReferences(patient: SamplePatient, size: SampleSize): string {
  return bundleOfSize(
    'searchset',
    [patientResource(patient)],
    (index) => documentReference(patient, index),
    sampleSizeBytes[size],
  );
}

/** A Binary whose base64 content makes the resource about the size's bytes. */
export function binary(id: string, size: SampleSize): string {
  const line = 'This letter is a sample and is about nobody. ';
  const contentBytes = Math.floor((sampleSizeBytes[size] - 90) / 4) * 3;
  const content = Buffer.alloc(contentBytes, line).toString('base64');
  return JSON.stringify({ resourceType: 'Binary', id, contentType: 'text/plain', content });
}

function documentReference(patient: SamplePatient, index: number): Resource {
  return {
    resourceType: 'DocumentReference',
    id: `d${index + 1}`,
    status: 'current',
    type: { text: 'Letter' },
    subject: { reference: `Patient/${patient.id}` },
    indexed: '2026-01-05T09:00:00Z',
    description: `Sample letter ${index + 1}`,
    content: [{ attachment: { contentType: 'text/plain', url: `Binary/${patient.size}-${index + 1}` } }],
  };
}
