import { connectKafka, startPublisher } from '@ssp/kafka';
import { openPool, ping, requireRole } from '@ssp/postgres';
import {
  type ListenAddress,
  Problem,
  provenRole,
  readBearerRoles,
  renderProblem,
  type Service,
  startInternalListener,
} from '@ssp/service';
import { jsonBody, openAuditApi, whoChanges } from '@ssp/service/operator';
import express, { type RequestHandler } from 'express';
import { type AdminApiConfig } from './admin-api-config.ts';
import { type AdminMetrics, createAdminMetrics } from './admin-api-metrics.ts';
import { type AdminContext, type RouteGroup } from './admin/admin-context.ts';
import { agreementsRoutes } from './admin/agreements-routes.ts';
import { publishChanges } from './admin/publish-changes.ts';
import { rulesRoutes } from './admin/rules-routes.ts';
import { changesRoutes } from './admin/changes-routes.ts';
import { directoryRoutes } from './admin/directory-routes.ts';
import { createAuditClient } from './explain/audit-client.ts';
import { explainRoutes } from './explain/explain-routes.ts';
import { whatIfRoutes } from './what-if/what-if-routes.ts';

/** What operators may ask and change: a group of routes for each matter. */
const routeGroups: readonly RouteGroup[] = [
  changesRoutes,
  directoryRoutes,
  agreementsRoutes,
  rulesRoutes,
  explainRoutes,
  whatIfRoutes,
];

/** Answers operators and auditors, and makes the operators' changes. @returns where it listens */
export async function startAdminApi(config: AdminApiConfig, service: Service): Promise<ListenAddress> {
  const { log, resources } = service;
  const pool = openPool(config.postgres, log, resources);
  await requireRole(pool, config.postgres);
  service.health.addCheck('postgres', () => ping(pool));
  const roleOf = readBearerRoles(config.tokensFile);
  const context: AdminContext = {
    pool,
    log,
    settings: config.settings,
    audit: config.audit === null ? null : createAuditClient(openAuditApi(config.audit, log)),
    whoChanges: (req) => whoChanges(req, roleOf),
  };

  const metrics = createAdminMetrics(service.metrics);
  const publisher = startPublisher(connectKafka(config.kafka, log), {}, log, service.metrics, resources);
  publishChanges(pool, publisher, metrics, service);

  const app = express()
    .disable('x-powered-by')
    .disable('etag')
    .use(measureAnswer(metrics))
    .use((req, res, next) => {
      res.set('Cache-Control', 'no-store');
      provenRole(req, roleOf, ['operator', 'auditor'], 'read the rules');
      next();
    })
    .use(jsonBody());
  for (const group of routeGroups) app.use(group(context));
  app
    .use(() => {
      throw new Problem(404, 'Nothing is served by this method and path.');
    })
    .use(renderProblem(log));

  const address = await startInternalListener(config.listen, app, resources);
  log.info({ listen: address }, 'operator API open');
  return address;
}

function measureAnswer(metrics: AdminMetrics): RequestHandler {
  return (req, res, next) => {
    const stopTimer = metrics.answerSeconds.startTimer();
    res.on('close', () => {
      // The route as it is declared, so that the label's values are few.
      const route: unknown = req.route?.path;
      stopTimer({ route: typeof route === 'string' ? route : 'other', status: res.statusCode });
    });
    next();
  };
}
