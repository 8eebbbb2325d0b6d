import { z } from 'zod';

/** The ground of a change, such as the number of its review; kept with it for good. */
export const Why = z
  .string({ error: 'say why, in a line' })
  .trim()
  .min(1, 'say why, in a line')
  .max(1_000)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be one line of printable characters');
