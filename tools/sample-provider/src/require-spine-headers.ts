import { type IncomingHttpHeaders } from 'node:http';
import { ProviderRefusal } from './provider-refusal.ts';

const names = ['ssp-traceid', 'ssp-from', 'ssp-to', 'ssp-interactionid'] as const;

/** Throws a `BAD_REQUEST` refusal unless the four Ssp headers and a bearer token are there, as real providers do. */
export function requireSpineHeaders(headers: IncomingHttpHeaders): void {
  for (const name of names) {
    if (!headers[name]) throw new ProviderRefusal('BAD_REQUEST', `The header ${name} is missing`);
  }
  if (!/^Bearer [\w-]+\.[\w-]+\.[\w-]*$/i.test(headers.authorization ?? '')) {
    throw new ProviderRefusal('BAD_REQUEST', 'There is no well-formed bearer token');
  }
}
