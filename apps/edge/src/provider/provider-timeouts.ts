/** How long an exchange may wait for its provider. */
export type ProviderTimeouts = {
  /** Until there is a connection, the wait for a free one included. */
  readonly connectMs: number;
  /** From the whole head of the request, or from its last sent byte, to the first byte of the answer. */
  readonly firstByteMs: number;
  /** Longest silence within a body, the consumer's and the provider's. */
  readonly idleMs: number;
  /** The whole of it, from the wait for a connection to the answer's last byte. */
  readonly totalMs: number;
};
