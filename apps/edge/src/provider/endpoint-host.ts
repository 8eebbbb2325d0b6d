/** Above what a directory holds; beyond it they are read again. */
const hostsMax = 100_000;

/** Tells the host of a registered endpoint, in lower case; each is read once, for reading a URL costs as much as a stage. */
export function createEndpointHosts(): (endpoint: string) => string {
  const hosts = new Map<string, string>();
  return (endpoint) => {
    const known = hosts.get(endpoint);
    if (known !== undefined) return known;
    if (hosts.size >= hostsMax) hosts.clear();
    const { hostname } = new URL(endpoint);
    hosts.set(endpoint, hostname);
    return hostname;
  };
}
