import { decisionsPath, systemsOfPath } from '@ssp/contracts';
import { openPool, requireRole, requireSchema } from '@ssp/postgres';
import { type RequestListener } from 'node:http';
import { jsonEndpoint, type ListenAddress, type Service, startInternalListener } from '@ssp/service';
import { answerAsks } from './answer-asks.ts';
import { authzSchema } from './authz-schema.ts';
import { type AuthzConfig } from './config.ts';
import { keepSnapshot } from './keep-snapshot.ts';
import { createAuthzMetrics } from './metrics.ts';
import { systemsOf } from './systems-of.ts';

/** The decision service as it runs in production; returns the address of its internal listener. */
export async function startAuthz(config: AuthzConfig, service: Service): Promise<ListenAddress> {
  const { log, resources, health } = service;
  const pool = openPool(config.postgres, log, resources, {
    answerTimeoutMs: config.postgresTimeoutMs,
    metrics: service.metrics,
  });
  await requireRole(pool, config.postgres);
  await requireSchema(pool, authzSchema, health);
  const metrics = createAuthzMetrics(service.metrics);
  const { current, doubt } = await keepSnapshot(pool, config, metrics, service);
  health.addCheck('rules', () => {
    current();
    const but = doubt();
    return but === null ? undefined : { but };
  });
  const decisions = jsonEndpoint(decisionsPath, answerAsks(current, config, metrics, log), log);
  const systems = jsonEndpoint(systemsOfPath, systemsOf(current), log);
  const handler: RequestListener = (req, res) =>
    req.url === systemsOfPath ? systems(req, res) : decisions(req, res);
  return startInternalListener(config.listen, handler, service);
}
