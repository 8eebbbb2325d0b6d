import { type AnswerHead } from './answer-head.ts';
import { isHopByHop, nominatedFields } from './hop-by-hop.ts';

// Ours to say, for our own name and our own audit; and beside our own allowance a provider's could not be told from it.
const ownFields: ReadonlySet<string> = new Set([
  'strict-transport-security',
  'x-ssp-internalid',
  'x-rate-limit-limit',
  'x-rate-limit-remaining',
  'x-rate-limit-reset',
]);

/**
 * A provider's fields for the consumer: as they came, without what concerns one hop. The length is the one that was read;
 * `chunked` tells whether the consumer gets the body in chunks, for only then may trailers be announced.
 */
export function answerFields(head: AnswerHead, chunked: boolean): string[] {
  const { headers } = head;
  const nominated = nominatedFields(head.connection);
  const kept: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? '';
    const lower = name.toLowerCase();
    if (nominated?.has(lower) || ownFields.has(lower)) continue;
    if (isHopByHop(lower) && !(lower === 'trailer' && chunked)) continue;
    const value = headers[index + 1] ?? '';
    if (lower !== 'content-length') kept.push(name, value);
    else if (head.framing === 'length') kept.push(name, String(head.length));
    else if (head.status === 304) kept.push(name, value);
  }
  return kept;
}
