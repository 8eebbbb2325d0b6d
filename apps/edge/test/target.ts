/** The endpoint that most exchanges of the tests go to. */
export const endpoint = 'https://orange.testlab.nhs.uk/B82617/STU3/1/gpconnect/fhir';

/** The same as consumers ask for it. */
export const targetPath = `/${endpoint}`;
