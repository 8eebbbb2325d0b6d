import { type IncomingHttpHeaders } from 'node:http';
import { type SampleSize } from './sample-size.ts';

/** A request as the answers see it: where it came in, and under which base path, no longer matters. */
export interface FhirRequest {
  /** The logical id in the path, or empty. */
  readonly id: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON body; undefined if there was none. */
  readonly body: unknown;
  /** The size that the caller asked for, over what the patient has. */
  readonly size: SampleSize | undefined;
}
