import { pipeline } from 'node:stream/promises';
import { type Publisher } from '@ssp/kafka';
import {
  answerLines,
  type Caller,
  type ListenAddress,
  Problem,
  provenCaller,
  readCallers,
  renderProblem,
  type Service,
  startInternalListener,
} from '@ssp/service';
import { jsonBody, measureAnswer, type Operation, personBehind } from '@ssp/service/operator';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { type Pool } from 'pg';
import { parseBookedQuery, parseBooksQuery } from '../books/books-query.ts';
import { tellBooked, tellBooks } from '../books/tell-books.ts';
import { type AuditWriterConfig } from '../config.ts';
import { type AuditMetrics } from '../metrics.ts';
import { parseDecisionQuery, parseGroupQuery, parsePeriodQuery } from './decision-query.ts';
import { exportedText, parseExport } from './export-exchanges.ts';
import { findDecisions } from './find-decisions.ts';
import { findEvents, parseEventQuery } from './find-events.ts';
import { findExchanges } from './find-exchanges.ts';
import { findStories, parseStoryQuery } from './find-stories.ts';
import { readFullUrls } from './full-urls.ts';
import { groupDecisions } from './group-decisions.ts';
import { operations } from './operations.ts';
import { parseSearch } from './search-query.ts';
import { tellAsks } from './tell-asks.ts';
import { readTeller } from './tell-read.ts';

/** What the search API works with. */
export type SearchContext = {
  readonly pool: Pool;
  /** Tells of reads that are audited themselves. */
  readonly publisher: Publisher;
  readonly metrics: AuditMetrics;
};

/** Answers auditors and operators about exchanges, and authz and throttle about what they were asked. @returns where it listens */
export async function startSearchApi(
  config: Pick<AuditWriterConfig, 'listen' | 'callers'>,
  context: SearchContext,
  { log, resources }: Pick<Service, 'log' | 'resources'>,
): Promise<ListenAddress> {
  const { pool, metrics } = context;
  const callerOf = readCallers(config.callers);
  const callers = new WeakMap<Request, Caller>();
  const callerFor = (req: Request) => {
    const caller = callers.get(req);
    if (caller === undefined) throw new Error('the request was let in without a caller');
    return caller;
  };
  const tellRead = readTeller(context.publisher, log);

  const app = express()
    .disable('x-powered-by')
    .disable('etag')
    .use(
      measureAnswer(({ route: path, status, seconds }) =>
        metrics.answerSeconds.observe({ path, status }, seconds),
      ),
    )
    .use((_req, res, next) => {
      res.set('Cache-Control', 'no-store');
      next();
    });

  function permit(permitted: readonly string[]): RequestHandler {
    return async (req, _res, next) => {
      callers.set(req, await provenCaller(req, callerOf, permitted, 'read this of the audit'));
      next();
    };
  }

  /** Answers an operation by a handler that says how much it found. */
  function serve(operation: Operation, answer: (req: Request, res: Response) => Promise<number>): void {
    route(app, operation, permit(operation.roles), async (req, res) => {
      const found = await answer(req, res);
      log.info({ role: callerFor(req).role, path: operation.path, found }, 'the audit was searched');
    });
  }

  serve(operations.exchanges, async (req, res) => {
    const page = await findExchanges(pool, parseSearch(req.query, Date.now()));
    res.json(page);
    return page.exchanges.length;
  });
  serve(operations.stories, async (req, res) => {
    const seesClaims = callerFor(req).role === 'auditor';
    const answer = await findStories(pool, parseStoryQuery(req.query), { seesClaims });
    res.json(answer);
    return answer.stories.length;
  });
  serve(operations.exports, async (req, res) => {
    const who = whoReads(req, callerFor(req));
    const wanted = parseExport(req.body, Date.now());
    const { why, asked, format } = wanted;
    await tellRead({ kind: 'export', who, why, asked, internalIds: [] });
    metrics.reads.inc({ kind: 'export' });
    res.set('Content-Type', format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson');
    let exported = 0;
    const text = exportedText(pool, wanted, (exchanges) => {
      exported += exchanges;
      metrics.exported.inc(exchanges);
    });
    await pipeline(text, res).catch((error: unknown) => {
      // Either way the answer is cut off, so that its reader knows it is not the whole.
      if (isReaderGone(error)) log.info({ who, exported }, 'an export was left before its end');
      else log.error({ err: error, who, exported }, 'an export broke off');
    });
    return exported;
  });
  serve(operations.fullUrls, async (req, res) => {
    const answer = await readFullUrls(pool, tellRead, { who: whoReads(req, callerFor(req)), body: req.body });
    metrics.reads.inc({ kind: 'full-urls' });
    res.json(answer);
    return answer.urls.length;
  });
  serve(operations.events, async (req, res) => {
    const events = await findEvents(pool, parseEventQuery(req.query));
    res.json({ events });
    return events.length;
  });
  serve(operations.decisions, async (req, res) => {
    const decisions = await findDecisions(pool, parseDecisionQuery(req.query));
    res.json({ decisions });
    return decisions.length;
  });
  serve(operations.groupedDecisions, (req, res) => {
    const search = parseGroupQuery(req.query);
    return answerLines(res, (tell) => groupDecisions(pool, search, tell));
  });
  serve(operations.asks, (req, res) => {
    const period = parsePeriodQuery(req.query);
    return answerLines(res, (tell, signal) => tellAsks(pool, period, tell, signal));
  });
  serve(operations.books, (req, res) => {
    const hours = parseBooksQuery(req.query);
    return answerLines(res, (tell, signal) => tellBooks(pool, hours, tell, signal));
  });
  serve(operations.bookedExchanges, (req, res) => {
    const hour = parseBookedQuery(req.query);
    return answerLines(res, (tell, signal) => tellBooked(pool, hour, tell, signal));
  });

  app
    .use(permit(operations.exchanges.roles))
    .use(() => {
      const paths = Object.values(operations).map(({ method, path }) => `${method.toUpperCase()} ${path}`);
      throw new Problem(404, `Ask for one of ${paths.join(', ')}.`);
    })
    .use(renderProblem(log));
  const address = await startInternalListener(config.listen, app, { log, resources });
  log.info({ listen: address }, 'search API open');
  return address;
}

function route(app: Express, { method, path }: Operation, ...handlers: readonly RequestHandler[]): void {
  if (method === 'get') app.get(path, ...handlers);
  else app.post(path, ...handlers.slice(0, 1), jsonBody(), ...handlers.slice(1));
}

/** Who stands behind a read that is audited itself. @throws Problem 400 where the caller does not say */
function whoReads(req: Request, caller: Caller): string {
  const person = personBehind(req, caller);
  if (person === undefined) throw new Problem(400, 'x-ssp-user: say who reads this; it is audited.');
  return `${caller.role}:${person}`;
}

function isReaderGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
