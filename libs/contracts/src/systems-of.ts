import { Asid } from '@ssp/spine';
import { z } from 'zod';
import { certificateNamesMax } from './authz.ts';
import { throttleUseAsidsMax } from './throttle-use.ts';

/** Where authz tells for which systems a certificate stands: POST a SystemsOfAsk, get a SystemsOfAnswer. */
export const systemsOfPath = '/v1/systems-of';

/** Which registered systems bear one of these names? */
export const SystemsOfAsk = z.strictObject({
  /** CN and dNSNames of the client certificate. */
  certificateNames: z.array(z.string()).max(certificateNamesMax),
  /** Only whether this one does; null for all of them. */
  asid: Asid.nullable(),
});
export type SystemsOfAsk = z.infer<typeof SystemsOfAsk>;

export const SystemsOfAnswer = z.object({
  /** Whether any registered system bears one of the names. */
  known: z.boolean(),
  /** The lowest of those asked for, as many as throttle is asked about at once. */
  asids: z.array(Asid).max(throttleUseAsidsMax),
  /** How many there are of those asked for. */
  total: z.int().nonnegative(),
});
export type SystemsOfAnswer = z.infer<typeof SystemsOfAnswer>;
