import { type Difference } from '@ssp/contracts';

/** A difference of an hour. */
export type Found = Omit<Difference, 'id' | 'hour'>;
