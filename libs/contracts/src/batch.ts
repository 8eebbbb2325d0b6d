import { z } from 'zod';

/** Most asks that travel in one call. */
export const batchSizeMax = 256;

/** A call's body: every ask is read by itself later, so that a bad one spoils only itself. */
export const AskBatch = z.object({ asks: z.array(z.unknown()).max(batchSizeMax) });

/** The answers to a batch of asks, one each and in the same order. */
export function answerBatch<Answer extends z.ZodType>(answer: Answer) {
  return z.object({ answers: z.array(answer).max(batchSizeMax) });
}
