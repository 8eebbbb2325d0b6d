import { connectKafka, startPublisher } from '@ssp/kafka';
import { openPool, ping, requireRole, requireSchema } from '@ssp/postgres';
import { type ListenAddress, type Service } from '@ssp/service';
import { openAuditApi, startOperatorApi } from '@ssp/service/operator';
import { type AdminApiConfig } from './admin-api-config.ts';
import { createAdminMetrics } from './admin-api-metrics.ts';
import { throttleSchema } from './throttle-schema.ts';
import { limitsRoutes } from './admin/limits-routes.ts';
import { publishLimits } from './admin/publish-limits.ts';
import { useRoutes } from './admin/use-routes.ts';
import { whatIfRoutes } from './what-if/what-if-routes.ts';

/** Answers operators and auditors about the limits, and makes the operators' changes. @returns where it listens */
export async function startAdminApi(config: AdminApiConfig, service: Service): Promise<ListenAddress> {
  const { log, resources } = service;
  const pool = openPool(config.postgres, log, resources, { metrics: service.metrics });
  await requireRole(pool, config.postgres);
  await requireSchema(pool, throttleSchema, service.health);
  service.health.addCheck('postgres', () => ping(pool));
  const metrics = createAdminMetrics(service.metrics);
  const publisher = startPublisher(connectKafka(config.kafka, log), {}, log, service.metrics, resources);
  publishLimits(pool, publisher, metrics, service);

  return startOperatorApi(
    {
      listen: config.listen,
      callers: config.callers,
      matter: 'the limits',
      answerSeconds: metrics.answerSeconds,
      routes: (whoChanges) => [
        limitsRoutes(pool, whoChanges),
        useRoutes(config.throttle, log),
        whatIfRoutes(pool, config.audit === null ? null : openAuditApi(config.audit, log), log),
      ],
    },
    service,
  );
}
