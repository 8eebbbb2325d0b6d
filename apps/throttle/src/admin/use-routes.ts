import { ThrottleUseAnswer, throttleUsePath } from '@ssp/contracts';
import { Problem } from '@ssp/service';
import { readInput } from '@ssp/service/operator';
import { Asid } from '@ssp/spine';
import { Router } from 'express';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { json } from 'node:stream/consumers';
import { type Logger } from 'pino';
import { z } from 'zod';

/** Where a throttle is, and by what it knows us. */
export type ThrottleLink = {
  readonly url: string;
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
  readonly timeoutMs: number;
};

const Path = z.object({ asid: Asid });

/** What a consumer uses of its limits now, as throttle tells it; none where it is not known where throttle is. */
export function useRoutes(link: ThrottleLink | null, log: Logger): Router {
  if (link === null) return Router();
  const ask = useClient(link);
  return Router().get('/v1/use/:asid', async (req, res) => {
    const { asid } = readInput(Path, req.params);
    const use = await ask(asid).catch((error: unknown) => {
      log.error({ err: error }, 'throttle does not answer');
      throw new Problem(503, 'Throttle does not answer; try again later.');
    });
    res.json(use);
  });
}

/** Asks over connections that are closed after each answer: it is asked seldom. */
function useClient({ url, caFile, certFile, keyFile, timeoutMs }: ThrottleLink) {
  const target = new URL(url.replace(/\/$/, '') + throttleUsePath);
  const agent =
    target.protocol === 'https:'
      ? new Agent({
          minVersion: 'TLSv1.2',
          ...(caFile !== null && { ca: readFileSync(caFile) }),
          ...(certFile !== null && { cert: readFileSync(certFile) }),
          ...(keyFile !== null && { key: readFileSync(keyFile) }),
        })
      : null;
  return async (asid: string): Promise<ThrottleUseAnswer> => {
    const body = JSON.stringify({ asids: [asid] });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const options = { method: 'POST', headers, signal: AbortSignal.timeout(timeoutMs) };
    const outgoing =
      agent === null ? httpRequest(target, options) : httpsRequest(target, { ...options, agent });
    const response = await new Promise<IncomingMessage>((done, failed) => {
      outgoing.on('error', failed);
      outgoing.on('response', done);
      outgoing.end(body);
    });
    if (response.statusCode === 200) return ThrottleUseAnswer.parse(await json(response));
    response.resume();
    throw new Error(`throttle answered ${response.statusCode ?? 0}`);
  };
}
