import { ThrottleUseAnswer, throttleUsePath } from '@ssp/contracts';
import { Problem } from '@ssp/service';
import { type LinkConfig, openLink, readInput } from '@ssp/service/operator';
import { Asid } from '@ssp/spine';
import { Router } from 'express';
import { json } from 'node:stream/consumers';
import { type Logger } from 'pino';
import { z } from 'zod';

/** Where a throttle is, and how long it may take to answer. */
export type ThrottleLink = LinkConfig & { readonly timeoutMs: number };

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

function useClient(link: ThrottleLink) {
  const ask = openLink(link, 'throttle');
  return async (asid: string): Promise<ThrottleUseAnswer> => {
    const body = JSON.stringify({ asids: [asid] });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const signal = AbortSignal.timeout(link.timeoutMs);
    const response = await ask(throttleUsePath, { method: 'POST', headers, signal }, body);
    return ThrottleUseAnswer.parse(await json(response));
  };
}
