const loopback = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/** Tells whether an address to listen at is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return loopback.test(host);
}
