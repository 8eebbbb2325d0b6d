import { ProviderRefusal } from './provider-refusal.ts';

/** About how long a bundle of each size is, in bytes of JSON. */
export const sampleSizeBytes = { '2k': 2_300, '30k': 30_000, '1m': 1_000_000 } as const;

/** A size of answer that a caller can ask for. */
export type SampleSize = keyof typeof sampleSizeBytes;

/** Reads a wished size; nothing wished is `undefined`. Throws a `BAD_REQUEST` refusal for an unknown one. */
export function readSampleSize(wish: string | null | undefined): SampleSize | undefined {
  switch (wish) {
    case '2k':
    case '30k':
    case '1m':
      return wish;
    case null:
    case undefined:
      return undefined;
    default:
      throw new ProviderRefusal('BAD_REQUEST', 'A sample size is 2k, 30k or 1m');
  }
}
