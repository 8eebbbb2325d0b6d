import { hash } from 'node:crypto';
import { type Dispatcher, request } from 'undici';
import { type CrlPlace } from './crl-places.ts';
import { splitCrls } from './split-crls.ts';

export type FetchLimits = { readonly timeoutMs: number; readonly bytesMax: number };

/**
 * An HTTP distribution point of CRLs. A CRL proves itself, so the way it comes need not be safe; who sits on that way can
 * withhold it, until it ends.
 */
export function crlUrl(url: string, limits: FetchLimits, dispatcher: Dispatcher): CrlPlace {
  const { origin, pathname } = new URL(url);
  let conditions: Record<string, string> = {};
  let seen = '';
  return {
    kind: 'url',
    name: `${origin}${pathname}`,
    read: async () => {
      const { statusCode, headers, body } = await request(url, {
        dispatcher,
        headers: { accept: 'application/pkix-crl, */*', ...conditions },
        signal: AbortSignal.timeout(limits.timeoutMs),
      });
      if (statusCode !== 200) {
        await body.dump();
        if (statusCode === 304 && seen !== '') return null;
        throw new Error(`answered ${statusCode}`);
      }
      const content = await readWhole(body, limits.bytesMax);
      const digest = hash('sha256', content);
      // Servers without validators send the same list again and again.
      const crls = digest === seen ? null : splitCrls(content);
      seen = digest;
      conditions = conditionsOf(headers);
      return crls;
    },
    forget: () => {
      conditions = {};
      seen = '';
    },
  };
}

async function readWhole(body: AsyncIterable<Buffer>, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Error(`more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

function conditionsOf(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const { etag, 'last-modified': lastModified } = headers;
  // A strong or weak tag says more than a date in whole seconds, within which a second list may come.
  if (typeof etag === 'string') return { 'if-none-match': etag };
  return typeof lastModified === 'string' ? { 'if-modified-since': lastModified } : {};
}
