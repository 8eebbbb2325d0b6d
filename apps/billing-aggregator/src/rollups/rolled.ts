import { type Grain } from './cubes.ts';

/** Periods of one length that were summed up. */
export type Rolled = { readonly grain: Grain; readonly periods: number };
