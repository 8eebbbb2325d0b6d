import {
  auditedAsksPath,
  auditedDecisionsPath,
  auditedExchangesPath,
  auditedStoriesPath,
  groupedDecisionsPath,
} from '@ssp/contracts';
import {
  answerLines,
  type ListenAddress,
  Problem,
  provenRole,
  readBearerRoles,
  renderProblem,
  type Service,
  startInternalListener,
} from '@ssp/service';
import express, { type RequestHandler, type Response } from 'express';
import { type Pool } from 'pg';
import { type AuditWriterConfig } from './config.ts';
import { parseDecisionQuery, parseGroupQuery, parsePeriodQuery } from './decision-query.ts';
import { findDecisions } from './find-decisions.ts';
import { findEvents, parseEventQuery } from './find-events.ts';
import { findExchanges } from './find-exchanges.ts';
import { findStories, parseStoryQuery } from './find-stories.ts';
import { groupDecisions } from './group-decisions.ts';
import { type AuditMetrics } from './metrics.ts';
import { parseSearch } from './search-query.ts';
import { tellAsks } from './tell-asks.ts';

const eventsPath = '/v1/events';
const readers = ['auditor', 'operator'];
/** Who may see what a decision rested on: also the operator API of authz, which explains it to people, and nothing else. */
const explainers = [...readers, 'authz'];
/** Who may see what throttle was asked: also its operator API, which judges proposed limits by it, and nothing else. */
const limiters = [...readers, 'throttle'];

/** Answers auditors and operators about exchanges, and authz and throttle about what they were asked. @returns where it listens */
export async function startSearchApi(
  config: AuditWriterConfig,
  pool: Pool,
  metrics: AuditMetrics,
  { log, resources }: Service,
): Promise<ListenAddress> {
  const roleOf = readBearerRoles(config.tokensFile);

  function permit(permitted: readonly string[]): RequestHandler {
    return (req, res, next) => {
      res.locals['role'] = provenRole(req, roleOf, permitted, 'read this of the audit');
      next();
    };
  }

  function note(res: Response, found: number): void {
    log.info({ role: res.locals['role'], path: res.req.path, found }, 'the audit was searched');
  }

  const app = express()
    .disable('x-powered-by')
    .disable('etag')
    .use((_req, res, next) => {
      res.set('Cache-Control', 'no-store');
      res.on('close', () => metrics.searches.inc({ status: res.statusCode }));
      next();
    })
    .use(auditedDecisionsPath, permit(explainers))
    .get(auditedDecisionsPath, async (req, res) => {
      const decisions = await findDecisions(pool, parseDecisionQuery(req.query));
      note(res, decisions.length);
      res.json({ decisions });
    })
    .get(groupedDecisionsPath, async (req, res) => {
      const search = parseGroupQuery(req.query);
      note(res, await answerLines(res, (tell) => groupDecisions(pool, search, tell)));
    })
    .use(auditedAsksPath, permit(limiters))
    .get(auditedAsksPath, async (req, res) => {
      const period = parsePeriodQuery(req.query);
      note(res, await answerLines(res, (tell, signal) => tellAsks(pool, period, tell, signal)));
    })
    .use(permit(readers))
    .get(auditedExchangesPath, async (req, res) => {
      const page = await findExchanges(pool, parseSearch(req.query, Date.now()));
      note(res, page.exchanges.length);
      res.json(page);
    })
    .get(auditedStoriesPath, async (req, res) => {
      const answer = await findStories(pool, parseStoryQuery(req.query), {
        seesClaims: res.locals['role'] === 'auditor',
      });
      note(res, answer.stories.length);
      res.json(answer);
    })
    .get(eventsPath, async (req, res) => {
      const events = await findEvents(pool, parseEventQuery(req.query));
      note(res, events.length);
      res.json({ events });
    })
    .use(() => {
      throw new Problem(
        404,
        `Ask for GET ${auditedExchangesPath}, ${auditedStoriesPath}, ${eventsPath} or ${auditedDecisionsPath}.`,
      );
    })
    .use(renderProblem(log));

  const address = await startInternalListener(config.listen, app, resources);
  log.info({ listen: address }, 'search API open');
  return address;
}
