import { type Histogram } from 'prom-client';
import express, { type Request, type Router } from 'express';
import { type Caller } from '../caller.ts';
import { type CallerConfig, readCallers } from '../read-callers.ts';
import { filePath } from '../fields.ts';
import { type InternalListenerConfig, startInternalListener } from '../internal-listener.ts';
import { type ListenAddress } from '../listen.ts';
import { Problem, renderProblem } from '../problem.ts';
import { provenCaller } from '../proven-caller.ts';
import { type Service } from '../service.ts';
import { jsonBody } from './json-body.ts';
import { measureAnswer } from './measure-answer.ts';
import { whoChanges } from './who-changes.ts';

/** The variable of an operator API that names the file of its tokens. */
export const operatorTokensFile = filePath.describe(
  'JSON object from role (operator, auditor) to bearer token; both may read, only the operator may change',
);

/** Gives who makes a change, as history and audit name them. @throws Problem 403 for a role that may only read */
export type WhoChanges = (req: Request) => string;

/** What an operator API is made of. */
export type OperatorApi = {
  readonly listen: InternalListenerConfig;
  readonly callers: CallerConfig;
  /** What its readers see; other roles are told that they may not read it. */
  readonly matter: string;
  readonly answerSeconds: Histogram<'route' | 'status'>;
  /** Whoever reaches a route may read; a route that changes something asks who does. */
  readonly routes: (whoChanges: WhoChanges) => readonly Router[];
};

/** Answers operators and auditors, and nobody else. @returns where it listens */
export async function startOperatorApi(
  { listen, callers, matter, answerSeconds, routes }: OperatorApi,
  { log, resources }: Pick<Service, 'log' | 'resources'>,
): Promise<ListenAddress> {
  const callerOf = readCallers(callers);
  const senders = new WeakMap<Request, Caller>();
  const senderOf = (req: Request) => {
    const sender = senders.get(req);
    if (sender === undefined) throw new Error('the request was let in without a caller');
    return sender;
  };
  const app = express()
    .disable('x-powered-by')
    .disable('etag')
    .use(measureAnswer(({ route, status, seconds }) => answerSeconds.observe({ route, status }, seconds)))
    .use(async (req, res, next) => {
      res.set('Cache-Control', 'no-store');
      senders.set(req, await provenCaller(req, callerOf, ['operator', 'auditor'], `read ${matter}`));
      next();
    })
    .use(jsonBody());
  for (const router of routes((req) => whoChanges(req, senderOf(req)))) app.use(router);
  app
    .use(() => {
      throw new Problem(404, 'Nothing is served by this method and path.');
    })
    .use(renderProblem(log));
  const address = await startInternalListener(listen, app, { log, resources });
  log.info({ listen: address }, 'operator API open');
  return address;
}
