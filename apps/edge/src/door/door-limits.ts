/** What bounds a consumer's use of the door; times in milliseconds. */
export type DoorLimits = {
  readonly connections: number;
  readonly requestsPerConnection: number;
  readonly pipelined: number;
  readonly headers: number;
  readonly headerBytes: number;
  readonly silentTimeoutMs: number;
  readonly handshakeTimeoutMs: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly lingerMs: number;
  /** How often the two timeouts of a message are looked at. */
  readonly checkMs: number;
};

/** The part of the limits that Node's own servers hold. */
export function httpServerOptions(limits: DoorLimits) {
  return {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.checkMs,
    // Node's own answer would be neither audited nor in our form: `check-message` looks at Host.
    requireHostHeader: false,
  };
}
