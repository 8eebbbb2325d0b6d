import { answerBatch, batchSizeMax } from '@ssp/contracts';
import { type z } from 'zod';
import { coalesce } from './coalesce.ts';
import { type CallSettings, openCalls } from './open-calls.ts';

/** What is asked where, and what is answered; the contract of one internal call. */
export type AskContract<Ask extends z.ZodType, Answer extends z.ZodType> = {
  readonly path: string;
  readonly ask: Ask;
  readonly answer: Answer;
};

/** Two calls out at a time keep the other end busy while answers are read, and still let asks gather. */
const callsInFlightMax = 2;

/**
 * Opens the way to a service that answers batches of asks. An ask rejects when the service is away, slow, or answers
 * something else than its contract; what that means for the exchange is the caller's to say.
 */
export function openAskClient<Ask extends z.ZodType, Answer extends z.ZodType>(
  contract: AskContract<Ask, Answer>,
  settings: CallSettings,
  resources: AsyncDisposableStack,
): (ask: z.output<Ask>) => Promise<z.output<Answer>> {
  return openBatches(contract, settings, (asks, post) => post({ asks }), resources);
}

/** The same with something beside the asks: `send` makes the body of each call and posts it. */
export function openBatches<Ask, Answer extends z.ZodType>(
  { path, answer }: { readonly path: string; readonly answer: Answer },
  settings: CallSettings,
  send: (asks: readonly Ask[], post: PostBatch<z.output<Answer>>) => Promise<AnsweredBatch<z.output<Answer>>>,
  resources: AsyncDisposableStack,
): (ask: Ask) => Promise<z.output<Answer>> {
  const post = openCalls({ path, answer: answerBatch(answer) }, settings, callsInFlightMax, resources);
  const call = async (asks: readonly Ask[]) => (await send(asks, post)).answers;
  return coalesce<Ask, z.output<Answer>>(call, { batchMax: batchSizeMax, callsInFlightMax });
}

type AnsweredBatch<Answer> = { readonly answers: readonly Answer[] };
type PostBatch<Answer> = (body: object) => Promise<AnsweredBatch<Answer>>;
