import { z } from 'zod';

/** `Ssp-TraceID`: a UUID in either case; repeats are not refused (spec 3.1). */
export const TraceId = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, 'a trace id is a UUID');
export type TraceId = z.infer<typeof TraceId>;
