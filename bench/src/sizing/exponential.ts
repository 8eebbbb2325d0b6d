import { type Random } from '@ssp/testing';

/** A time that is exponentially distributed about this mean. */
export function exponential(mean: number, random: Pick<Random, 'next'>): number {
  return -mean * Math.log(1 - random.next());
}
