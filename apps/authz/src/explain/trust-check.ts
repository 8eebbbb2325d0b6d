import { type ExplainedCheck } from '@ssp/contracts';
import { edgeRefusalOf } from './edge-refusals.ts';

const about = {
  id: 'A',
  title: 'the certificate is trusted, in date and not revoked',
  by: 'edge',
  rows: [],
} as const;

/** A: judged by the edge at the connection, so known from the exchange's ending alone. */
export function trustCheck(refusal: string | null, detail: string | null): ExplainedCheck {
  const place = edgeRefusalOf(refusal);
  if (place?.stage === 'identify') {
    return {
      ...about,
      rows: [],
      result: 'failed',
      reached: true,
      why: `The edge refused the certificate: ${refusal ?? ''}${detail === null ? '' : ` (${detail})`}.`,
      remedy: `What the consumer does stands in docs/errors.md#${place.section}.`,
    };
  }
  // These two come before the certificate is looked at.
  const isUnknown = place?.stage === 'the door' || refusal === 'malformed-request';
  return isUnknown
    ? {
        ...about,
        rows: [],
        result: 'unknown',
        reached: false,
        why: 'The edge had not come to it.',
        remedy: null,
      }
    : {
        ...about,
        rows: [],
        result: 'passed',
        reached: true,
        why: 'The edge accepted the certificate.',
        remedy: null,
      };
}

/** A, where facts are given and nobody has connected. */
export const untriedTrust: ExplainedCheck = {
  ...about,
  rows: [],
  result: 'unknown',
  reached: true,
  why: 'The edge judges it when the consumer connects.',
  remedy: null,
};
