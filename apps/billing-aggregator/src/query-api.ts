import { usageMonthsPath, usagePath } from '@ssp/contracts';
import { openPool, ping } from '@ssp/postgres';
import {
  type CallerOf,
  type ListenAddress,
  Problem,
  provenCaller,
  readCallers,
  renderProblem,
  type Service,
  startInternalListener,
} from '@ssp/service';
import express, { type RequestHandler } from 'express';
import { type QueryApiConfig } from './config.ts';
import { type QueryMetrics, queryMetrics } from './metrics.ts';
import { readMonths } from './read-months.ts';
import { readUsage } from './read-usage.ts';
import { usageCsv } from './usage-csv.ts';
import { parseUsageQuery } from './usage-query.ts';

/** Answers billing staff and the console about usage. @returns where it listens */
export async function startQueryApi(config: QueryApiConfig, service: Service): Promise<ListenAddress> {
  const { log, resources } = service;
  const pool = openPool(config.postgres, log, resources);

  const app = express()
    .disable('x-powered-by')
    .disable('etag')
    .use(measureAnswer(queryMetrics(service.metrics)))
    .use(permitReaders(readCallers(config.callers)))
    .use(readOnly())
    .get(usagePath, async (req, res) => {
      const query = parseUsageQuery(req.query);
      const report = await readUsage(pool, query);
      const format = query.format ?? (req.accepts('json', 'text/csv') === 'text/csv' ? 'csv' : 'json');
      if (format === 'json') return res.json(report);
      const name = `usage-${report.period.from.slice(0, 13)}-${report.period.to.slice(0, 13)}.csv`;
      return res.attachment(name).type('text/csv').send(usageCsv(report));
    })
    .get(usageMonthsPath, async (_req, res) => res.json({ months: await readMonths(pool) }))
    .use(() => {
      throw new Problem(404, `Ask for ${usagePath} or ${usageMonthsPath}.`);
    })
    .use(renderProblem(log));

  service.health.addCheck('postgres', () => ping(pool));
  const address = await startInternalListener(config.listen, app, resources);
  log.info({ listen: address }, 'query API open');
  return address;
}

function permitReaders(callerOf: CallerOf): RequestHandler {
  return async (req, res, next) => {
    res.locals['caller'] = await provenCaller(
      req,
      callerOf,
      ['billing', 'operator', 'auditor'],
      'read usage',
    );
    next();
  };
}

function readOnly(): RequestHandler {
  return (req, res, next) => {
    res.set('Cache-Control', 'no-store').vary('Accept');
    if (req.method !== 'GET' && req.method !== 'HEAD') throw new Problem(405, 'Usage can only be read.');
    next();
  };
}

function measureAnswer(metrics: QueryMetrics): RequestHandler {
  return (req, res, next) => {
    const stopTimer = metrics.answerSeconds.startTimer();
    const path = req.path === usagePath || req.path === usageMonthsPath ? req.path : 'other';
    res.on('close', () => stopTimer({ path, status: res.statusCode }));
    next();
  };
}
