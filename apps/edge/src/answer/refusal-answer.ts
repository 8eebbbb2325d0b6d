import {
  answerFormat,
  forwardedMethodList,
  type FormatWishes,
  operationOutcome,
  operationOutcomeXml,
  type Refusal,
  statusText,
} from '@ssp/spine';

/** A refusal as it goes over the wire. */
export type RefusalAnswer = {
  readonly status: number;
  readonly statusText: string;
  /** Flat raw list. */
  readonly headers: readonly string[];
  readonly body: string;
};

/** Renders a refusal in the format that the request asked for. */
export function refusalAnswer(
  refusal: Refusal,
  internalId: string,
  wishes: FormatWishes,
  formatByDefault: 'xml' | 'json',
): RefusalAnswer {
  const { format, mediaType } = answerFormat(wishes, formatByDefault);
  const outcome = operationOutcome(refusal, internalId);
  const body = format === 'json' ? JSON.stringify(outcome) : operationOutcomeXml(outcome);
  const headers = [
    'Content-Type',
    `${mediaType}; charset=utf-8`,
    'Content-Length',
    String(Buffer.byteLength(body)),
    'Cache-Control',
    'no-store',
  ];
  if (refusal.status === 405) headers.push('Allow', refusal.facts.allow ?? forwardedMethodList);
  return { status: refusal.status, statusText: statusText(refusal.status), headers, body };
}
