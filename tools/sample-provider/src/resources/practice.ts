import { type Resource } from '../bundle.ts';

/** The one synthetic practice that answers, whatever the base path. */
export function organizationResource(odsCode: string): Resource {
  return {
    resourceType: 'Organization',
    id: '1',
    meta: { profile: ['https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-GPC-Organization-1'] },
    identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: odsCode }],
    name: 'Sample Surgery',
    telecom: [{ system: 'phone', value: '0113 496 0000', use: 'work' }],
    address: [{ line: ['1 Sample Lane'], city: 'Leeds', postalCode: 'LS1 4AP' }],
  };
}

/** The practice's one practitioner. */
export function practitionerResource(sdsUserId: string): Resource {
  return {
    resourceType: 'Practitioner',
    id: '1',
    meta: { profile: ['https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-GPC-Practitioner-1'] },
    identifier: [{ system: 'https://fhir.nhs.uk/Id/sds-user-id', value: sdsUserId }],
    name: [{ use: 'official', family: 'Sampler', given: ['Grace'], prefix: ['Dr'] }],
    gender: 'female',
  };
}

/** The practice's one location. */
export function locationResource(): Resource {
  return {
    resourceType: 'Location',
    id: '1',
    meta: { profile: ['https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-GPC-Location-1'] },
    name: 'Sample Surgery, ground floor',
    address: { line: ['1 Sample Lane'], city: 'Leeds', postalCode: 'LS1 4AP' },
    managingOrganization: { reference: 'Organization/1' },
  };
}
