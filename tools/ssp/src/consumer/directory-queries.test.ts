import { Filter } from 'ldapts';
import { expect, test } from 'vitest';
import { handlerOf, handlerOfParty, organisationOf, systemOf, systemOfParty } from './directory-queries.ts';

const wanted = { odsCode: 'B82617', interaction: 'urn:nhs:names:services:x:y-1' };

test.for([
  {
    query: handlerOf(wanted, 'o=nhs'),
    filter: '(&(nhsIDCode=B82617)(objectClass=nhsMhs)(nhsMhsSvcIA=urn:nhs:names:services:x:y-1))',
    attributes: ['nhsMhsEndPoint', 'nhsMhsPartyKey'],
  },
  {
    query: systemOfParty(wanted, 'B82617-9198738', 'o=nhs'),
    filter: '(&(nhsIDCode=B82617)(objectClass=nhsAs)(nhsMHSPartyKey=B82617-9198738))',
    attributes: ['uniqueIdentifier'],
  },
  {
    query: systemOf(wanted, 'o=nhs'),
    filter: '(&(nhsIDCode=B82617)(objectClass=nhsAs)(nhsAsSvcIA=urn:nhs:names:services:x:y-1))',
    attributes: ['uniqueIdentifier', 'nhsMhsPartyKey'],
  },
  {
    query: handlerOfParty(wanted, 'B82617-9198738', 'o=nhs'),
    filter:
      '(&(nhsMhsPartyKey=B82617-9198738)(objectClass=nhsMhs)(nhsMhsSvcIA=urn:nhs:names:services:x:y-1))',
    attributes: ['nhsMhsEndPoint', 'nhsMhsFQDN'],
  },
])('$filter asks for $attributes', ({ query, filter, attributes }) => {
  expect(query).toEqual({ base: 'ou=Services,o=nhs', filter, attributes });
});

// What RFC 4515 escapes, and what would end or widen a filter that did not.
test.for([
  { value: '*', escaped: '\\2a' },
  { value: ')(objectClass=*', escaped: '\\29\\28objectClass=\\2a' },
  { value: 'a\\2ab', escaped: 'a\\5c2ab' },
  { value: 'a\0b', escaped: 'a\\00b' },
  { value: 'ÅA1', escaped: 'ÅA1' },
])('$value in an ODS code, an interaction or a party key stands as $escaped', ({ value, escaped }) => {
  expect(Filter.escape(value)).toBe(escaped);
  const hostile = { odsCode: value, interaction: value };
  expect(handlerOf(hostile, 'o=nhs').filter).toBe(
    `(&(nhsIDCode=${escaped})(objectClass=nhsMhs)(nhsMhsSvcIA=${escaped}))`,
  );
  expect(systemOfParty(hostile, value, 'o=nhs').filter).toBe(
    `(&(nhsIDCode=${escaped})(objectClass=nhsAs)(nhsMHSPartyKey=${escaped}))`,
  );
  expect(organisationOf(value, 'o=nhs').filter).toBe(
    `(|(nhsIDCode=${escaped})(uniqueIdentifier=${escaped}))`,
  );
});
