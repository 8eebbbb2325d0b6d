import { type Target } from './target.ts';

/**
 * Tells whether a target lies at or under a registered endpoint (spec 6.4): host without case, path exactly,
 * and only at a segment boundary. One trailing slash of the endpoint does not count.
 */
export function matchesEndpoint(endpoint: string, target: Target): boolean {
  const parts = /^https:\/\/([^/?#]+)([^?#]*)$/i.exec(endpoint);
  if (parts === null) return false;
  const [, host = '', path = ''] = parts;
  if (host.toLowerCase() !== target.host.toLowerCase()) return false;
  const base = path.endsWith('/') ? path.slice(0, -1) : path;
  return target.path === base || target.path.startsWith(`${base}/`);
}
