import { type IncomingHttpHeaders } from 'node:http';

/** The one rule of the yardstick's authz service, given as its arguments. */
export type AuthzRules = {
  readonly commonName: string;
  readonly from: string;
  readonly to: string;
  readonly interactionId: string;
  readonly endpoint: string;
};

/** Reads the rule from a process's arguments. */
export function rulesFrom([commonName, from, to, interactionId, endpoint]: readonly string[]): AuthzRules {
  if (!commonName || !from || !to || !interactionId || !endpoint)
    throw new Error('an authz service needs its rule');
  return { commonName, from, to, interactionId, endpoint };
}

/**
 * Whether the asked exchange may happen, looked up as an authz service of this kind would: certificate and sender,
 * sender and interaction, receiver and its registered endpoint.
 */
export function createDecision(rules: AuthzRules): (headers: IncomingHttpHeaders) => boolean {
  const senders = new Map([
    [rules.from, { commonName: rules.commonName, may: new Set([rules.interactionId]) }],
  ]);
  const endpoints = new Map([[`${rules.to} ${rules.interactionId}`, `/${rules.endpoint}/`]]);
  return (headers) => {
    const interactionId = single(headers['ssp-interactionid']);
    const sender = senders.get(single(headers['ssp-from']));
    if (sender === undefined || !sender.may.has(interactionId)) return false;
    if (commonNameOf(single(headers['x-client-dn'])) !== sender.commonName) return false;
    const endpoint = endpoints.get(`${single(headers['ssp-to'])} ${interactionId}`);
    return endpoint !== undefined && single(headers['x-original-uri']).startsWith(endpoint);
  };
}

function commonNameOf(dn: string): string {
  return /(?:^|,)CN=([^,]*)/.exec(dn)?.[1] ?? '';
}

function single(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header : '';
}
