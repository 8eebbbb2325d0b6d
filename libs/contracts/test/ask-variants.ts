/** The fields that asks of every kind name an exchange by, well formed. */
export const exchange = {
  from: '200000000359',
  to: '918999198738',
  interactionId: 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1',
} as const;

const { from: asid, interactionId: interaction } = exchange;

/** What is fit for no place of an ask, or for many. */
const oddValues: readonly unknown[] = ['', '\ud800', null, undefined, true, 0, {}, { toString: 'private' }];

/** What may stand where an exchange is named, well formed and by a little not. */
const nearNames: readonly unknown[] = [
  asid,
  `${asid}\n`,
  ` ${asid}`,
  asid.slice(1),
  `${asid}0`,
  '20000000035x',
  '٢٠٠٠٠٠٠٠٠٣٥٩',
  Number(asid),
  [asid],
  interaction,
  `${interaction}\n`,
  interaction.toUpperCase(),
  'urn:nhs:names:services:',
  `urn:nhs:names:services:${'x'.repeat(232)}`,
  `urn:nhs:names:services:${'x'.repeat(233)}`,
  'urn:nhs:names:services:a b',
];

/**
 * Every ask of which up to two members are odd, as they come out of JSON. `own` are values that the fields of this kind of ask alone
 * may have, or nearly.
 */
export function* askVariants(ask: Readonly<Record<string, unknown>>, own: readonly unknown[]): Generator {
  const fields = Object.keys(ask);
  const values = [...nearNames, ...own, ...oddValues];
  for (const first of fields) {
    for (const value of values) {
      const changed = { ...ask, [first]: value };
      yield read(changed);
      yield read({ ...changed, more: value });
      for (const second of fields) {
        for (const other of values) yield read({ ...changed, [second]: other });
      }
    }
  }
}

const read = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
