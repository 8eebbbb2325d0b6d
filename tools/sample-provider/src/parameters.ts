import { z } from 'zod';
import { ProviderRefusal } from './provider-refusal.ts';
import { patientByNhsNumber, type SamplePatient } from './sample-patient.ts';

const nhsNumberSystems = new Set(['https://fhir.nhs.uk/Id/nhs-number', 'http://fhir.nhs.net/Id/nhs-number']);

const RecordParameters = z.object({
  resourceType: z.literal('Parameters'),
  parameter: z.array(
    z.object({
      name: z.string(),
      valueIdentifier: z.object({ system: z.string(), value: z.string() }).optional(),
    }),
  ),
});

const RegisterParameters = z.object({
  resourceType: z.literal('Parameters'),
  parameter: z.array(
    z.object({
      name: z.string(),
      resource: z
        .object({ identifier: z.array(z.object({ system: z.string(), value: z.string() })) })
        .optional(),
    }),
  ),
});

/** The patient whose record a Parameters body asks for, by `patientNHSNumber`. Throws a refusal if it names none. */
export function patientOfRecordParameters(body: unknown): SamplePatient {
  const { data } = RecordParameters.safeParse(body);
  if (!data) throw new ProviderRefusal('INVALID_RESOURCE', 'The body is no Parameters resource');
  const asked = data.parameter.find(({ name }) => name === 'patientNHSNumber')?.valueIdentifier;
  if (!asked) throw new ProviderRefusal('INVALID_PARAMETER', 'There is no patientNHSNumber');
  return patientByIdentifier(asked.system, asked.value);
}

/** The patient that a Parameters body registers, by `registerPatient`. Throws a refusal if it names none. */
export function patientOfRegistration(body: unknown): SamplePatient {
  const { data } = RegisterParameters.safeParse(body);
  if (!data) throw new ProviderRefusal('INVALID_RESOURCE', 'The body is no Parameters resource');
  const [identifier] =
    data.parameter.find(({ name }) => name === 'registerPatient')?.resource?.identifier ?? [];
  if (!identifier) throw new ProviderRefusal('INVALID_PARAMETER', 'There is no registerPatient');
  return patientByIdentifier(identifier.system, identifier.value);
}

/** The patient that a `system|value` search token names. Throws a refusal if it names none. */
export function patientOfToken(token: string | null): SamplePatient {
  const { system, value } = readToken(token);
  return patientByIdentifier(system, value);
}

/** Splits a FHIR search token. Throws an `INVALID_PARAMETER` refusal unless it has a system and a value. */
export function readToken(token: string | null): { readonly system: string; readonly value: string } {
  const [system, value, ...more] = (token ?? '').split('|');
  if (!system || !value || more.length > 0) {
    throw new ProviderRefusal('INVALID_PARAMETER', 'The identifier is not system|value');
  }
  return { system, value };
}

function patientByIdentifier(system: string, value: string): SamplePatient {
  if (!nhsNumberSystems.has(system)) throw new ProviderRefusal('INVALID_IDENTIFIER_SYSTEM');
  return patientByNhsNumber(value);
}
