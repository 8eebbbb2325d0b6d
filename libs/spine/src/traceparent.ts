import { z } from 'zod';

/** Version, trace id, parent id and flags, each in lower case; neither id is all zeros, and no version is ff. */
const form = /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;
const formLength = 55;

/**
 * What a `traceparent` field says (W3C Trace Context), or null where it is absent, repeated or malformed: then nothing of it
 * is kept, for it could hold anything. Of a version to come, what it has in common with ours.
 */
export function readTraceparent(field: string | readonly string[] | undefined): string | null {
  if (typeof field !== 'string' || field.length < formLength) return null;
  const common = field.length === formLength ? field : commonPart(field);
  return form.test(common) ? common : null;
}

function commonPart(field: string): string {
  return field[formLength] === '-' && !field.startsWith('00') ? field.slice(0, formLength) : '';
}

/** The id of the whole trace, 32 hexadecimal digits, by which the systems on either side of the proxy know it. */
export function w3cTraceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}

/** The id of a trace of W3C Trace Context, in either case. */
export const W3cTraceId = z
  .string()
  .regex(/^(?!0{32})[\da-f]{32}$/i, 'a trace id of W3C Trace Context is 32 hexadecimal digits');
