import { type CallerReport } from '../src/counting/counters.ts';
import { type ResolvedAsk } from '../src/counting/resolved-limits.ts';

/** Asks at a moment, and what is said to them. */
export type Step = {
  readonly atUs: number;
  readonly asks: readonly ResolvedAsk[];
  readonly caller?: CallerReport;
  readonly expected: readonly object[];
};
/** Steps that begin with nothing used. */
export type Case = { readonly title: string; readonly steps: readonly Step[] };

export const admitted = { admitted: true };
export const refused = { admitted: false };
/** So many that are alike. */
export const times = <T>(count: number, of: T) => Array.from({ length: count }, () => of);
