import { parseTarget, type Target } from './target.ts';

/** A registered endpoint, read once so that each target need only be compared with it. */
export type Endpoint = {
  /** The directory's value, verbatim. */
  readonly registered: string;
  /** Lower-cased, without a port. */
  readonly host: string;
  /** The only path that matches without lying under it. */
  readonly path: string;
  /** What every path under it begins with; ends in `/`. */
  readonly under: string;
};

export type EndpointTolerance = {
  /** Whether `https://host/base/` also covers `/base` itself, and not only what begins with `/base/`. */
  readonly trailingSlash: 'exact' | 'ignored';
  /** Takes a registered `https://host:443/base` for `https://host/base`; otherwise it covers nothing. */
  readonly port443: boolean;
};

/** The defaults (spec 6.4). */
export const endpointDefaults: EndpointTolerance = { trailingSlash: 'ignored', port443: false };

/**
 * Reads a value of nhsMhsEndPoint, or gives null where no target can lie under it: it must itself be a raw target,
 * without a query, and without an encoded slash, which some providers take for a real one (spec 2.3).
 */
export function readEndpoint(
  registered: string,
  { trailingSlash, port443 }: EndpointTolerance = endpointDefaults,
): Endpoint | null {
  const url = registered.trim();
  if (!/^https:\/\//i.test(url) || url.includes('?')) return null;
  const parsed = parseTarget(`/${url}`, { port443, collapsedSlash: false });
  if (!parsed.ok || /%(?:25)*(?:2f|5c)/i.test(parsed.target.path)) return null;
  const { host, path } = parsed.target;
  const bare = path.endsWith('/') ? path.slice(0, -1) : path;
  return {
    registered,
    host: host.toLowerCase(),
    path: trailingSlash === 'exact' ? path : bare,
    under: `${bare}/`,
  };
}

/**
 * Tells whether a target lies at or under an endpoint: host without case, path exactly, and only at a segment boundary;
 * a query is one by itself (spec 6.4).
 */
export function matchesEndpoint(endpoint: Endpoint, { host, path }: Pick<Target, 'host' | 'path'>): boolean {
  if (host !== endpoint.host && host.toLowerCase() !== endpoint.host) return false;
  // A path left out is sent as `/`.
  return path === endpoint.path || path.startsWith(endpoint.under) || (path === '' && endpoint.under === '/');
}
