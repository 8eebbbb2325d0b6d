import { type Asid, isAsid } from './asid.ts';
import { type InteractionId, isInteractionId } from './interaction-id.ts';
import { type TraceId, isTraceId } from './trace-id.ts';

/** The four headers that every exchange carries (spec 3.1). */
export type SspHeaders = {
  readonly traceId: TraceId;
  readonly from: Asid;
  readonly to: Asid;
  readonly interactionId: InteractionId;
};

const required = [
  { field: 'traceId', name: 'Ssp-TraceID', lower: 'ssp-traceid', isForm: isTraceId },
  { field: 'from', name: 'Ssp-From', lower: 'ssp-from', isForm: isAsid },
  { field: 'to', name: 'Ssp-To', lower: 'ssp-to', isForm: isAsid },
  { field: 'interactionId', name: 'Ssp-InteractionID', lower: 'ssp-interactionid', isForm: isInteractionId },
] as const;

type Field = (typeof required)[number]['field'];

export type ReadSspHeaders = {
  /** Every value that was present exactly once and well formed: what audit can still say of a faulty request. */
  readonly found: Partial<Record<Field, string>>;
} & (
  | { readonly ok: true; readonly headers: SspHeaders }
  | { readonly ok: false; readonly fault: 'missing' | 'repeated' | 'malformed'; readonly header: string }
);

/**
 * Reads the Ssp headers from Node's flat raw header list, since the merged `headers` object hides repeats.
 * Reports the first faulty header in the order TraceID, From, To, InteractionID.
 */
export function readSspHeaders(rawHeaders: readonly string[]): ReadSspHeaders {
  const found: Partial<Record<Field, string>> = {};
  let problem: { fault: 'missing' | 'repeated' | 'malformed'; header: string } | null = null;
  for (const { field, name, lower, isForm } of required) {
    const value = onlyValue(rawHeaders, lower);
    if (value === null) problem ??= { fault: 'repeated', header: name };
    else if (value === '') problem ??= { fault: 'missing', header: name };
    else if (!isForm(value)) problem ??= { fault: 'malformed', header: name };
    else found[field] = value;
  }
  const { traceId, from, to, interactionId } = found;
  if (traceId !== undefined && from !== undefined && to !== undefined && interactionId !== undefined) {
    return { ok: true, found, headers: { traceId, from, to, interactionId } };
  }
  return { ok: false, found, ...(problem ?? { fault: 'missing', header: 'Ssp-TraceID' }) };
}

/** Empty where the header is absent or blank, null where it stands more than once. */
function onlyValue(rawHeaders: readonly string[], lowerName: string): string | null {
  let value: string | null = null;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length !== lowerName.length || name.toLowerCase() !== lowerName) continue;
    if (value !== null) return null;
    value = (rawHeaders[index + 1] ?? '').trim();
  }
  return value ?? '';
}
