/** An accredited system as the directory lists it (nhsAs). */
export type AccreditedSystem = {
  readonly asid: string;
  readonly ods: string;
  readonly partyKey: string;
  readonly manufacturerOrg: string | null;
  readonly productName: string | null;
  readonly interactions: readonly string[];
  readonly categoryBag: readonly string[];
};

/** A message handler as the directory lists it (nhsMhs); its endpoints verbatim. */
export type MessageHandler = {
  readonly handlerId: string;
  readonly cpaId: string;
  readonly partyKey: string;
  readonly ods: string | null;
  readonly interaction: string | null;
  readonly endpoints: readonly string[];
  readonly fqdn: string | null;
  readonly manufacturerOrg: string | null;
};

export type Organisation = { readonly ods: string; readonly name: string | null };

/** Why an entry of the directory makes no sense to us. */
export const setAsideReasons = [
  'identifier-missing',
  'asid-malformed',
  'ods-missing',
  'party-key-missing',
  'nothing-registered',
  'value-repeated',
  'value-unreadable',
  'duplicate',
] as const;
export type SetAsideReason = (typeof setAsideReasons)[number];

/** What kinds of rows the directory has. */
export const rowKinds = ['system', 'handler', 'organisation'] as const;
export type RowKind = (typeof rowKinds)[number];
