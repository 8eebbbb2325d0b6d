import { z } from 'zod';

const form = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** `Ssp-TraceID`: a UUID in either case; repeats are not refused (spec 3.1). */
export const TraceId = z.string().regex(form, 'a trace id is a UUID');
export type TraceId = z.infer<typeof TraceId>;

/** The same check as the schema's, for where a schema's cost counts. */
export function isTraceId(text: string): text is TraceId {
  return form.test(text);
}
