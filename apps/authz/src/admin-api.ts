import { connectKafka, startPublisher } from '@ssp/kafka';
import { openPool, ping, requireRole, requireSchema } from '@ssp/postgres';
import { type ListenAddress, type Service } from '@ssp/service';
import { openAuditApi, startOperatorApi } from '@ssp/service/operator';
import { authzSchema } from './authz-schema.ts';
import { type AdminApiConfig } from './admin-api-config.ts';
import { createAdminMetrics } from './admin-api-metrics.ts';
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
  const pool = openPool(config.postgres, log, resources, { metrics: service.metrics });
  await requireRole(pool, config.postgres);
  await requireSchema(pool, authzSchema, service.health);
  service.health.addCheck('postgres', () => ping(pool));
  const audit = config.audit === null ? null : createAuditClient(openAuditApi(config.audit, log));

  const metrics = createAdminMetrics(service.metrics);
  const publisher = startPublisher(connectKafka(config.kafka, log), {}, log, service.metrics, resources);
  publishChanges(pool, publisher, metrics, service);

  return startOperatorApi(
    {
      listen: config.listen,
      callers: config.callers,
      matter: 'the rules',
      answerSeconds: metrics.answerSeconds,
      routes: (whoChanges) => {
        const context: AdminContext = { pool, log, settings: config.settings, audit, whoChanges };
        return routeGroups.map((group) => group(context));
      },
    },
    service,
  );
}
