import { TraceId, readTraceparent, W3cTraceId, w3cTraceIdOf } from '@ssp/spine';
import { UsageFault } from './command-fault.ts';

type StoryQuery =
  | { readonly traceId: string }
  | { readonly w3cTraceId: string }
  | { readonly internalId: string };

/**
 * What the audit is asked for an id, one after another until it finds something: a UUID may be the Ssp-TraceID of a request or the id
 * that its answer carried.
 * @throws UsageFault for what can be no id
 */
export function storyQueries(id: string, isInternal: boolean): readonly StoryQuery[] {
  if (TraceId.safeParse(id).success)
    return isInternal ? [{ internalId: id }] : [{ traceId: id }, { internalId: id }];
  const traceparent = readTraceparent(id);
  if (traceparent !== null) return [{ w3cTraceId: w3cTraceIdOf(traceparent) }];
  if (W3cTraceId.safeParse(id).success) return [{ w3cTraceId: id }];
  throw new UsageFault(
    `${id} is no id: give a UUID, a traceparent, or its trace id of 32 hexadecimal digits`,
  );
}
