/**
 * What went wrong on the provider's leg. `lost`: the connection could not be made, or broke. `broken`: the answer is no
 * sound HTTP. The rest ran out of time or of connections.
 */
export type FaultKind =
  | 'lost'
  | 'broken'
  | 'connect-timeout'
  | 'first-byte-timeout'
  | 'idle-timeout'
  | 'total-timeout'
  | 'consumer-stalled'
  | 'busy';

/** Ends a provider's leg. `message` is for our logs. */
export class ProviderFault extends Error {
  override readonly name = 'ProviderFault';
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
