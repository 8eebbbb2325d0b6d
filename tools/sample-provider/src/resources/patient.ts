import { type Resource } from '../bundle.ts';
import { pick } from '../pick.ts';
import { type SamplePatient } from '../sample-patient.ts';

const families = ['Ashdown', 'Birkett', 'Corlett', 'Dunstan', 'Eastwell', 'Fairhall', 'Garside'] as const;
const givens = ['Alder', 'Bryony', 'Clement', 'Dora', 'Edmund', 'Flora', 'Gwen', 'Hugh'] as const;
const towns = ['Leeds', 'York', 'Selby', 'Ripon', 'Otley'] as const;

/** A synthetic STU3 Patient. */
export function patientResource({ id, nhsNumber }: SamplePatient): Resource {
  const seed = Number(nhsNumber) % 2_147_483_647;
  const [family, given, town] = [pick(families, seed), pick(givens, seed + 1), pick(towns, seed + 2)];
  return {
    resourceType: 'Patient',
    id,
    meta: { profile: ['https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-GPC-Patient-1'] },
    identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: nhsNumber }],
    active: true,
    name: [{ use: 'official', text: `${given} ${family}`, family, given: [given] }],
    gender: pick(['female', 'male', 'other'], seed + 3),
    birthDate: `${1930 + (seed % 80)}-0${1 + (seed % 9)}-1${seed % 10}`,
    address: [{ use: 'home', line: [`${1 + (seed % 99)} Sample Lane`], city: town, postalCode: 'LS1 4AP' }],
    generalPractitioner: [{ reference: 'Practitioner/1' }],
    managingOrganization: { reference: 'Organization/1' },
  };
}
