const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

// A nomination by Connection may take away what concerns one hop, never what carries the exchange (spec 3.2).
const neverNominated = /^(ssp-.*|authorization|host|content-length)$/;

/** Copies a flat raw header list without what concerns this hop alone; case, order and repeats stay (RFC 9110 7.6.1). */
export function endToEndHeaders(rawHeaders: readonly string[], alsoDropped: ReadonlySet<string>): string[] {
  const nominated = nominatedHeaders(rawHeaders);
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || alsoDropped.has(lower) || nominated?.has(lower)) continue;
    kept.push(name, rawHeaders[index + 1] ?? '');
  }
  return kept;
}

function nominatedHeaders(rawHeaders: readonly string[]): ReadonlySet<string> | null {
  let nominated: Set<string> | null = null;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() !== 'connection') continue;
    for (const token of (rawHeaders[index + 1] ?? '').split(',')) {
      const name = token.trim().toLowerCase();
      if (name === '' || name === 'keep-alive' || name === 'close' || neverNominated.test(name)) continue;
      nominated ??= new Set();
      nominated.add(name);
    }
  }
  return nominated;
}
