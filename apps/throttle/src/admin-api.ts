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
import { limitsRoutes } from './admin/limits-routes.ts';
import { publishLimits } from './admin/publish-limits.ts';
import { useRoutes } from './admin/use-routes.ts';
import { whatIfRoutes } from './what-if/what-if-routes.ts';

/** Answers operators and auditors about the limits, and makes the operators' changes. @returns where it listens */
export async function startAdminApi(config: AdminApiConfig, service: Service): Promise<ListenAddress> {
  const { log, resources } = service;
  const pool = openPool(config.postgres, log, resources);
  await requireRole(pool, config.postgres);
  service.health.addCheck('postgres', () => ping(pool));
  const roleOf = readBearerRoles(config.tokensFile);
  const metrics = createAdminMetrics(service.metrics);
  const publisher = startPublisher(connectKafka(config.kafka, log), {}, log, service.metrics, resources);
  publishLimits(pool, publisher, metrics, service);

  const app = express()
    .disable('x-powered-by')
    .disable('etag')
    .use(measureAnswer(metrics))
    .use((req, res, next) => {
      res.set('Cache-Control', 'no-store');
      provenRole(req, roleOf, ['operator', 'auditor'], 'read the limits');
      next();
    })
    .use(jsonBody())
    .use(limitsRoutes(pool, (req) => whoChanges(req, roleOf)))
    .use(useRoutes(config.throttle, log))
    .use(whatIfRoutes(pool, config.audit === null ? null : openAuditApi(config.audit, log), log))
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
