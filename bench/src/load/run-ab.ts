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
};

/** Sends the requests over kept-alive connections. @throws Error unless each one was answered 2xx with the same length */
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
  if (result.completed !== run.requests || result.failed > 0 || result.non2xx > 0) {
    throw new Error(
      `of ${run.requests} requests to ${run.proxyUrl} ${result.completed} were answered, ${result.failed} badly and ${result.non2xx} not with 2xx`,
    );
  }
  if (result.keptAlive < run.requests * 0.99) {
    throw new Error(`only ${result.keptAlive} of ${run.requests} requests found their connection kept alive`);
  }
  return result;
}
