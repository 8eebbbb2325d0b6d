import { type ReadFile, readFileText } from '@ssp/service/operator';
import { LimitRule, type LimitsDocument, LimitsShape } from './limits-document.ts';
import { limitsInconsistencies } from './limits-inconsistencies.ts';

const knownKeys = [
  ...new Set([LimitsShape, LimitsShape.shape.shares, LimitRule].flatMap(({ shape }) => Object.keys(shape))),
];

/** Reads the text of a limits file, YAML or JSON: all of it, or every fault with its place. */
export function readLimitsFile(text: string): ReadFile<LimitsDocument> {
  return readFileText(text, { schema: LimitsShape, inconsistencies: limitsInconsistencies, knownKeys });
}
