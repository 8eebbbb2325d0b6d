import { readFileSync } from 'node:fs';
import { answerBatch, batchSizeMax } from '@ssp/contracts';
import { Pool } from 'undici';
import { type z } from 'zod';
import { coalesce } from './coalesce.ts';
import { postJson } from './post-json.ts';

export type AskClientSettings = {
  readonly url: string;
  /** For the whole call; the ask rejects after it. */
  readonly timeoutMs: number;
  readonly tls: {
    readonly caFile: string | undefined;
    readonly certFile: string | undefined;
    readonly keyFile: string | undefined;
  };
};

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
  settings: AskClientSettings,
  resources: AsyncDisposableStack,
): (ask: z.output<Ask>) => Promise<z.output<Answer>> {
  const { caFile, certFile, keyFile } = settings.tls;
  const pool = new Pool(settings.url, {
    connections: callsInFlightMax,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: 300_000,
    headersTimeout: settings.timeoutMs,
    bodyTimeout: settings.timeoutMs,
    connect: {
      timeout: settings.timeoutMs,
      ...(caFile !== undefined && { ca: readFileSync(caFile) }),
      ...(certFile !== undefined && { cert: readFileSync(certFile) }),
      ...(keyFile !== undefined && { key: readFileSync(keyFile) }),
    },
  });
  resources.defer(() => pool.close());
  const batch = answerBatch(contract.answer);
  return coalesce<z.output<Ask>, z.output<Answer>>(
    async (asks) => batch.parse(await postJson(pool, contract.path, { asks }, settings.timeoutMs)).answers,
    { batchMax: batchSizeMax, callsInFlightMax },
  );
}
