const uuid = '([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})';
const internalId = new RegExp(`"internalId":"${uuid}"`);
const traceId = new RegExp(`"traceId":"${uuid}"`);
/** An edge writes the ids first. */
const lookedAtBytes = 8_192;

/**
 * The ids of the exchange that a record seems to be about which is no event, so that it is found in other logs. What has not the form
 * of an id is left out: such a record may hold anything.
 */
export function idsIn(value: Buffer): { readonly internalId?: string; readonly traceId?: string } {
  const text = value.toString('latin1', 0, lookedAtBytes);
  const [, own] = internalId.exec(text) ?? [];
  const [, trace] = traceId.exec(text) ?? [];
  return { ...(own !== undefined && { internalId: own }), ...(trace !== undefined && { traceId: trace }) };
}
