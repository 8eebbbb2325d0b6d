import { ProviderRefusal } from './provider-refusal.ts';

/** An appointment as it stands, in JSON, with the version that its ETag shows. */
export interface BookedAppointment {
  readonly id: string;
  readonly version: number;
  readonly json: string;
}

/** The appointments made since the start, in memory; the oldest are forgotten beyond a bound. */
export interface AppointmentBook {
  /** Books what a caller sent. Throws an `INVALID_RESOURCE` refusal if it is no Appointment. */
  create(body: unknown): BookedAppointment;
  /** Throws a `NO_RECORD_FOUND` refusal if there is none. */
  read(id: string): BookedAppointment;
  /** Replaces one; `ifMatch` must name the present version, else a `DUPLICATE_REJECTED` refusal is thrown. */
  update(id: string, ifMatch: string | undefined, body: unknown): BookedAppointment;
}

const keptAtMost = 10_000;
const sample = {
  resourceType: 'Appointment',
  status: 'booked',
  description: 'Sample appointment',
  start: '2026-01-05T09:00:00Z',
  end: '2026-01-05T09:10:00Z',
  slot: [{ reference: 'Slot/1' }],
  participant: [
    { actor: { reference: 'Patient/1' }, status: 'accepted' },
    { actor: { reference: 'Location/1' }, status: 'accepted' },
  ],
};

/** Opens a book that holds appointment 1, so that a read works at once. */
export function createAppointmentBook(): AppointmentBook {
  const appointments = new Map<string, BookedAppointment>();
  let lastId = 0;

  function keep(id: string, version: number, body: unknown): BookedAppointment {
    const appointment = { id, version, json: render(id, version, body) };
    appointments.set(id, appointment);
    return appointment;
  }

  function create(body: unknown): BookedAppointment {
    const json = keep(String(lastId + 1), 1, body);
    lastId += 1;
    if (appointments.size > keptAtMost) {
      for (const oldest of appointments.keys()) {
        appointments.delete(oldest);
        break;
      }
    }
    return json;
  }

  function read(id: string): BookedAppointment {
    const appointment = appointments.get(id);
    if (!appointment) throw new ProviderRefusal('NO_RECORD_FOUND');
    return appointment;
  }

  create(sample);
  return {
    create,
    read,
    update(id, ifMatch, body) {
      const { version } = read(id);
      if (ifMatch !== `W/"${version}"`) throw new ProviderRefusal('DUPLICATE_REJECTED');
      return keep(id, version + 1, body);
    },
  };
}

function render(id: string, version: number, body: unknown): string {
  const isAppointment =
    typeof body === 'object' &&
    body !== null &&
    'resourceType' in body &&
    body.resourceType === 'Appointment';
  if (!isAppointment) throw new ProviderRefusal('INVALID_RESOURCE', 'The body is no Appointment');
  return JSON.stringify({ ...body, id, meta: { versionId: String(version) } });
}
