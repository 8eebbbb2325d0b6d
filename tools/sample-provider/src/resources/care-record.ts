import { bundleOfSize, type Resource } from '../bundle.ts';
import { type SamplePatient } from '../sample-patient.ts';
import { type SampleSize, sampleSizeBytes } from '../sample-size.ts';
import { patientResource } from './patient.ts';
import { organizationResource } from './practice.ts';

/** A patient's record as HTML sections in a document. */
export function careRecord(patient: SamplePatient, size: SampleSize): string {
  const composition = {
    resourceType: 'Composition',
    id: '1',
    date: '2026-01-05T09:00:00+00:00',
    title: 'Patient care record',
    status: 'final',
    subject: { reference: `Patient/${patient.id}` },
    section: [{ title: 'Summary', text: narrative('<p>Nothing here is about a real person.</p>') }],
  };
  const first = [composition, patientResource(patient), organizationResource('B82617')];
  return bundleOfSize('document', first, encounter, sampleSizeBytes[size]);
}

function encounter(index: number): Resource {
  const row = `<table><tr><th>Visit</th><td>${index + 1}</td></tr><tr><th>Note</th><td>Seen, advised, went home.</td></tr></table>`;
  return { resourceType: 'Basic', id: `e${index}`, code: { text: 'Encounter' }, text: narrative(row) };
}

function narrative(html: string) {
  return { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${html}</div>` };
}
