import { z } from 'zod';

/** Spine interaction URN, compared exactly and case-sensitively (spec 10). */
export const InteractionId = z
  .string()
  .max(255)
  .regex(
    /^urn:nhs:names:services:[A-Za-z0-9:._$-]+$/,
    'an interaction id starts with urn:nhs:names:services:',
  );
export type InteractionId = z.infer<typeof InteractionId>;
