/** Where the directory keeps what decisions need, and what is asked for there. */
export type DirectorySearch = {
  readonly unit: string;
  readonly filter: string;
  readonly attributes: readonly string[];
  /** A directory may do without. */
  readonly optional: boolean;
};

// Operational: a server tells them only where they are asked for by name.
const revision = ['modifyTimestamp', 'entryCSN'] as const;

/** The attributes that tell one state of an entry from another; where every entry has a sequence number, it alone. */
export const revisionAttributes = (haveSequence: boolean): readonly string[] =>
  haveSequence ? ['entryCSN'] : revision;

/** The searches of a whole load, in their order. */
export const directorySearches: readonly DirectorySearch[] = [
  {
    unit: 'ou=Services',
    filter: '(|(objectClass=nhsAs)(objectClass=nhsMhs))',
    attributes: [
      'objectClass',
      'uniqueIdentifier',
      'nhsIDCode',
      'nhsMHSPartyKey',
      'nhsAsSvcIA',
      'nhsAsCategoryBag',
      'nhsMhsManufacturerOrg',
      'nhsProductName',
      'nhsMhsSvcIA',
      'nhsMHSEndPoint',
      'nhsMhsCPAId',
      'nhsMhsFQDN',
      ...revision,
    ],
    optional: false,
  },
  {
    unit: 'ou=Organisations',
    filter: '(nhsIDCode=*)',
    attributes: ['objectClass', 'uniqueIdentifier', 'nhsIDCode', 'o', ...revision],
    // Names of organisations are a convenience.
    optional: true,
  },
];
