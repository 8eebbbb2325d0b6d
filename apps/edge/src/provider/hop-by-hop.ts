/** Fields that concern one hop alone (RFC 9110 7.6.1, spec 3.2), and those that frame a message, which are written anew. */
const ownHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

// What names the exchange, says who asks, tells what the body is or where the message has been (spec 3.2).
const essential: ReadonlySet<string> = new Set([
  'authorization',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'date',
  'expect',
  'forwarded',
  'host',
  'range',
  'retry-after',
  'set-cookie',
  'strict-transport-security',
  'traceparent',
  'tracestate',
  'via',
  'www-authenticate',
  'x-rate-limit-limit',
  'x-rate-limit-remaining',
  'x-rate-limit-reset',
  'x-ssp-internalid',
  'x-forwarded-for',
]);

const isEssential = (lowerName: string) => essential.has(lowerName) || lowerName.startsWith('ssp-');

/** Tells whether a field, its name in lower case, concerns one hop alone. */
export function isHopByHop(lowerName: string): boolean {
  return ownHop.has(lowerName);
}

/**
 * The fields, in lower case, that a `Connection` value nominates as concerning one hop; null where there are none. A
 * nomination never takes away what carries the exchange.
 */
export function nominatedFields(connection: string | undefined): ReadonlySet<string> | null {
  if (connection === undefined) return null;
  // Many a client writes `Keep-Alive`.
  const lower = connection.toLowerCase();
  if (lower === 'keep-alive' || lower === 'close') return null;
  const nominated = lower
    .split(',')
    .map((token) => token.trim())
    .filter((name) => name !== '' && !isEssential(name));
  return nominated.length === 0 ? null : new Set(nominated);
}

/** Trailer fields, flat, without those that would change how the message is read, routed or trusted (RFC 9110 6.5.1). */
export function endToEndTrailers(rawTrailers: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < rawTrailers.length; index += 2) {
    const name = rawTrailers[index] ?? '';
    const lower = name.toLowerCase();
    if (!isHopByHop(lower) && !isEssential(lower)) kept.push(name, rawTrailers[index + 1] ?? '');
  }
  return kept;
}
