import { type Resource } from '../bundle.ts';
import { type SamplePatient } from '../sample-patient.ts';

const weekMs = 7 * 24 * 60 * 60 * 1000;
const firstMs = Date.parse('2026-01-05T09:00:00Z');

/** A patient's appointment, one a week. */
export function patientAppointment({ id }: SamplePatient, index: number): Resource {
  const startMs = firstMs + index * weekMs;
  return {
    resourceType: 'Appointment',
    id: `w${index + 1}`,
    meta: { versionId: '1' },
    status: 'booked',
    description: 'Weekly sample appointment',
    start: new Date(startMs).toISOString(),
    end: new Date(startMs + 600_000).toISOString(),
    slot: [{ reference: `Slot/${index + 1}` }],
    participant: [
      { actor: { reference: `Patient/${id}` }, status: 'accepted' },
      { actor: { reference: 'Location/1' }, status: 'accepted' },
    ],
  };
}
