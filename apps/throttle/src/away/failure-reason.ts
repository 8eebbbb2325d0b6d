import { NoAnswerInTime } from './answer-within.ts';

/** Why Redis did not count a batch: no answer in time, an error that Redis answered, or no connection to send it on. */
export type FailureReason = 'timeout' | 'error-reply' | 'connection';

/** Sorts what an attempt was rejected with. Error replies are told by the name that ioredis gives them. */
export function failureReason(cause: unknown): FailureReason {
  if (cause instanceof NoAnswerInTime) return 'timeout';
  return cause instanceof Error && cause.name === 'ReplyError' ? 'error-reply' : 'connection';
}
