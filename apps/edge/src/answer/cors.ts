import { type z } from 'zod';

/** Whose pages may read what the proxy answers (spec 3.2, 17.16). */
export type Cors = {
  readonly admits: (origin: string | undefined) => boolean;
  /** Raw header list of every answer to a request from this origin; shared, never to be changed. */
  readonly headersFor: (origin: string | undefined) => readonly string[];
};

// What a page may see beside the headers that every browser shows: our own, and those FHIR needs for versions and creation.
const exposed =
  'X-Ssp-InternalID, X-Rate-Limit-Limit, X-Rate-Limit-Remaining, X-Rate-Limit-Reset, Retry-After, ETag, Location';

/** Reads `*` or origins separated by commas; nothing means that no page may. */
export function parseCorsOrigins(text: string, ctx: z.RefinementCtx): Cors | null {
  const origins = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (origins.length === 0) return null;
  if (origins.length === 1 && origins[0] === '*') return anyOrigin();
  for (const origin of origins.filter((item) => !isOrigin(item))) {
    ctx.addIssue({
      code: 'custom',
      message: `"${origin}" is no origin such as https://host or https://host:port`,
    });
  }
  return listedOrigins(origins);
}

/** Browsers do not send a certificate for an answer open to all: this is for tests and tools. */
function anyOrigin(): Cors {
  const headers = ['Access-Control-Allow-Origin', '*', 'Access-Control-Expose-Headers', exposed];
  return { admits: () => true, headersFor: () => headers };
}

function listedOrigins(origins: readonly string[]): Cors {
  const stranger = ['Vary', 'Origin'];
  const headers = new Map(origins.map((origin) => [origin, listedHeaders(origin).concat(stranger)]));
  return {
    admits: (origin) => origin !== undefined && headers.has(origin),
    headersFor: (origin) => (origin === undefined ? undefined : headers.get(origin)) ?? stranger,
  };
}

function listedHeaders(origin: string): string[] {
  const headers = ['Access-Control-Allow-Origin', origin, 'Access-Control-Expose-Headers', exposed];
  // A client certificate counts as a credential, and without one nobody gets past the door.
  headers.push('Access-Control-Allow-Credentials', 'true');
  return headers;
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
