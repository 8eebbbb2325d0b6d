import { type IncomingMessage } from 'node:http';
import { ProviderRefusal } from './provider-refusal.ts';

const parsedBytesAtMost = 1024 * 1024;

/**
 * Reads a request's JSON body to its end; none is undefined.
 * Throws a `BAD_REQUEST` refusal for text that is no JSON and, having read it all, for more than 1 MiB.
 */
export async function readBody(req: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bodyBytes = 0;
  for await (const chunk of req) {
    if (!Buffer.isBuffer(chunk)) continue;
    bodyBytes += chunk.length;
    if (bodyBytes <= parsedBytesAtMost) chunks.push(chunk);
  }
  if (bodyBytes === 0) return undefined;
  if (bodyBytes > parsedBytesAtMost) throw new ProviderRefusal('BAD_REQUEST', 'The body is over 1 MiB');
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new ProviderRefusal('BAD_REQUEST', 'The body is no JSON');
  }
}
