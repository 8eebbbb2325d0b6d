import { z } from 'zod';

const form = /^urn:nhs:names:services:[A-Za-z0-9:._$-]+$/;
const lengthMax = 255;

/** Spine interaction URN, compared exactly and case-sensitively (spec 10). */
export const InteractionId = z
  .string()
  .max(lengthMax)
  .regex(form, 'an interaction id starts with urn:nhs:names:services:');
export type InteractionId = z.infer<typeof InteractionId>;

/** The same check as the schema's, for where a schema's cost counts. */
export function isInteractionId(text: string): text is InteractionId {
  return text.length <= lengthMax && form.test(text);
}
