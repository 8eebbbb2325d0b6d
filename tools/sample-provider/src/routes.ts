import { type Answer } from './answer.ts';
import { type AnswerStore } from './answer-store.ts';
import { type AppointmentBook, type BookedAppointment } from './appointment-book.ts';
import { bundleOf, bundleOfSize } from './bundle.ts';
import { type FhirRequest } from './fhir-request.ts';
import { patientOfRecordParameters, patientOfRegistration, patientOfToken, readToken } from './parameters.ts';
import { ProviderRefusal, type ProviderRefusalCode } from './provider-refusal.ts';
import { careRecord } from './resources/care-record.ts';
import { capabilityStatement } from './resources/capability-statement.ts';
import { binary, documentReferences } from './resources/document.ts';
import { patientAppointment } from './resources/patient-appointment.ts';
import { patientResource } from './resources/patient.ts';
import { locationResource, organizationResource, practitionerResource } from './resources/practice.ts';
import { freeSlots } from './resources/slot.ts';
import { structuredRecord } from './resources/structured-record.ts';
import { patientById, type SamplePatient } from './sample-patient.ts';
import { readSampleSize, sampleSizeBytes, type SampleSize } from './sample-size.ts';

/** One row of the interactions that the provider knows (spec section 10). `:id` stands for a logical id. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly answer: (request: FhirRequest) => Answer;
}

/** Every interaction that the provider knows, in the order of spec section 10. */
export function createRoutes(once: AnswerStore, book: AppointmentBook): readonly Route[] {
  const ofPatient = (
    kind: string,
    patient: SamplePatient,
    { size = patient.size }: FhirRequest,
    render: (patient: SamplePatient, size: SampleSize) => string,
  ) => once(`${kind} ${patient.id} ${size}`, () => render(patient, size));

  return [
    { method: 'GET', path: 'metadata', answer: () => once('metadata', capabilityStatement) },
    {
      method: 'POST',
      path: 'Patient/$gpc.getcarerecord',
      answer: (request) => ofPatient('care', patientOfRecordParameters(request.body), request, careRecord),
    },
    {
      method: 'POST',
      path: 'Patient/$gpc.getstructuredrecord',
      answer: (request) =>
        ofPatient('structured', patientOfRecordParameters(request.body), request, structuredRecord),
    },
    {
      method: 'POST',
      path: 'Patient/$gpc.migratestructuredrecord',
      answer: (request) =>
        ofPatient('structured', patientOfRecordParameters(request.body), request, structuredRecord),
    },
    {
      method: 'POST',
      path: 'Patient/$gpc.registerpatient',
      answer: ({ body }) => foundPatient(once, patientOfRegistration(body)),
    },
    {
      method: 'GET',
      path: 'Patient',
      answer: ({ query }) => foundPatient(once, patientOfToken(query.get('identifier'))),
    },
    {
      method: 'GET',
      path: 'Patient/:id',
      answer: ({ id }) => {
        const patient = patientById(id);
        return once(`patient ${patient.id}`, () => JSON.stringify(patientResource(patient)));
      },
    },
    {
      method: 'GET',
      path: 'Patient/:id/Appointment',
      answer: (request) =>
        ofPatient('appointments', patientById(request.id), request, (patient, size) =>
          bundleOfSize('searchset', [], (index) => patientAppointment(patient, index), sampleSizeBytes[size]),
        ),
    },
    {
      method: 'GET',
      path: 'Patient/:id/DocumentReference',
      answer: (request) => ofPatient('documents', patientById(request.id), request, documentReferences),
    },
    {
      method: 'GET',
      path: 'Practitioner',
      answer: ({ query }) => {
        const { value } = readToken(query.get('identifier'));
        return once(`practitioners ${value}`, () => bundleOf('searchset', [practitionerResource(value)]));
      },
    },
    {
      method: 'GET',
      path: 'Practitioner/:id',
      answer: ({ id }) => {
        requireOnly(id, 'PRACTITIONER_NOT_FOUND');
        return once('practitioner', () => JSON.stringify(practitionerResource('111122223333')));
      },
    },
    {
      method: 'GET',
      path: 'Organization',
      answer: ({ query }) => {
        const { value } = readToken(query.get('identifier'));
        return once(`organizations ${value}`, () => bundleOf('searchset', [organizationResource(value)]));
      },
    },
    {
      method: 'GET',
      path: 'Organization/:id',
      answer: ({ id }) => {
        requireOnly(id, 'ORGANISATION_NOT_FOUND');
        return once('organization', () => JSON.stringify(organizationResource('B82617')));
      },
    },
    {
      method: 'GET',
      path: 'Location/:id',
      answer: ({ id }) => {
        requireOnly(id, 'NO_RECORD_FOUND');
        return once('location', () => JSON.stringify(locationResource()));
      },
    },
    {
      method: 'GET',
      path: 'Slot',
      answer: ({ query, size = '2k' }) => {
        const day = slotDay(query.get('start'));
        return once(`slots ${day} ${size}`, () => freeSlots(day, size));
      },
    },
    {
      method: 'POST',
      path: 'Appointment',
      answer: ({ body }) => {
        const appointment = book.create(body);
        return {
          ...appointmentAnswer(201, appointment),
          headers: { ...versionHeaders(appointment), Location: `Appointment/${appointment.id}` },
        };
      },
    },
    { method: 'GET', path: 'Appointment/:id', answer: ({ id }) => appointmentAnswer(200, book.read(id)) },
    {
      method: 'PUT',
      path: 'Appointment/:id',
      answer: ({ id, headers, body }) => appointmentAnswer(200, book.update(id, headers['if-match'], body)),
    },
    {
      method: 'GET',
      path: 'Binary/:id',
      answer: ({ id, size }) => {
        // The id of a document begins with its size, so that following a reference gets what its patient has.
        const [own, number = ''] = id.split('-', 2);
        if (id !== '1' && !/^\d{1,6}$/.test(number)) throw new ProviderRefusal('NO_RECORD_FOUND');
        const asked = size ?? (id === '1' ? '2k' : readSampleSize(own)) ?? '2k';
        return once(`binary ${id} ${asked}`, () => binary(id, asked));
      },
    },
  ];
}

function foundPatient(once: AnswerStore, patient: SamplePatient): Answer {
  return once(`patients ${patient.id}`, () => bundleOf('searchset', [patientResource(patient)]));
}

function requireOnly(id: string, code: ProviderRefusalCode): void {
  if (id !== '1') throw new ProviderRefusal(code);
}

function slotDay(start: string | null): string {
  const [, day] = /^(?:ge|gt)?(\d{4}-\d{2}-\d{2})(?:T.*)?$/.exec(start ?? 'ge2026-01-05') ?? [];
  if (!day || Number.isNaN(Date.parse(day))) {
    throw new ProviderRefusal('INVALID_PARAMETER', 'The start of the slots is no date');
  }
  return day;
}

function appointmentAnswer(status: number, appointment: BookedAppointment): Answer {
  return { status, body: Buffer.from(appointment.json), headers: versionHeaders(appointment) };
}

function versionHeaders({ version }: BookedAppointment): Readonly<Record<string, string>> {
  return { ETag: `W/"${version}"` };
}
