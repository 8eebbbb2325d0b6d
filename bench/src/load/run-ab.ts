import { text } from 'node:stream/consumers';
import { type Leash } from '@ssp/testing';
import { type AbResult, parseAbOutput } from './ab-output.ts';
import { type SampleRequest } from './sample-request.ts';

/** A run of ab against one proxy. */
export type LoadRun = {
  readonly ab: string;
  /** The consumer's certificate chain and key in one PEM file. */
  readonly identityFile: string;
  readonly proxyUrl: string;
  readonly request: SampleRequest;
  readonly requests: number;
  readonly inFlight: number;
  /** Answers that may be refusals, for a cold start; zero where it counts. */
  readonly badAnswersMax: number;
};

/** Sends the requests over kept-alive connections. @throws Error when more were badly answered than may be */
export async function runAb(run: LoadRun, leash: Leash): Promise<AbResult> {
  const headers = Object.entries(run.request.headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const child = await leash.spawn(
    run.ab,
    [
      '-q',
      '-k',
      '-f',
      'TLS1.2',
      '-E',
      run.identityFile,
      '-n',
      String(run.requests),
      '-c',
      String(run.inFlight),
      ...headers,
      `${run.proxyUrl}${run.request.path}`,
    ],
    { name: 'ab', output: 'pipe' },
  );
  const [output, errors, { code, signal }] = await Promise.all([
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`ab ended with ${signal ?? `status ${code}`}: ${errors.trim()}`);
  const result = parseAbOutput(output);
  // A refusal also differs in length, so it is in both numbers.
  const badAnswers = Math.max(result.failed, result.non2xx);
  if (result.completed !== run.requests || badAnswers > run.badAnswersMax) {
    throw new Error(
      `of ${run.requests} requests to ${run.proxyUrl} ${result.completed} were answered, ${result.failed} badly and ${result.non2xx} not with 2xx`,
    );
  }
  if (result.keptAlive < run.requests * 0.99) {
    throw new Error(`only ${result.keptAlive} of ${run.requests} requests found their connection kept alive`);
  }
  return result;
}
