import { z } from 'zod';

/** A name as it is asked for; what no column can hold is told as the caller's fault. */
export const ExactName = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => !/\p{Cc}/u.test(text), 'control characters are not allowed');
