import { bundleOfSize, type Resource } from '../bundle.ts';
import { type SampleSize, sampleSizeBytes } from '../sample-size.ts';
import { locationResource, practitionerResource } from './practice.ts';

const slotMinutes = 10;

/** Free slots from nine o'clock on the day (`YYYY-MM-DD`), with their schedule, practitioner and location. */
export function freeSlots(day: string, size: SampleSize): string {
  const opensMs = Date.parse(`${day}T09:00:00Z`);
  const first = [schedule(), practitionerResource('111122223333'), locationResource()];
  return bundleOfSize('searchset', first, (index) => slot(opensMs, index), sampleSizeBytes[size]);
}

function schedule(): Resource {
  return {
    resourceType: 'Schedule',
    id: '1',
    serviceCategory: { text: 'General practice' },
    actor: [{ reference: 'Location/1' }, { reference: 'Practitioner/1' }],
  };
}

function slot(opensMs: number, index: number): Resource {
  const startMs = opensMs + index * slotMinutes * 60_000;
  return {
    resourceType: 'Slot',
    id: String(index + 1),
    serviceType: [{ text: 'General appointment' }],
    schedule: { reference: 'Schedule/1' },
    status: 'free',
    start: new Date(startMs).toISOString(),
    end: new Date(startMs + slotMinutes * 60_000).toISOString(),
  };
}
