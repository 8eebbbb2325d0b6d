import { type RequestListener } from 'node:http';
import { admissionsPath, throttleUsePath } from '@ssp/contracts';
import { jsonEndpoint, type ListenAddress, type Service, startInternalListener } from '@ssp/service';
import { admitBatch } from './admit-batch.ts';
import { answerUse } from './answer-use.ts';
import { openCounters } from './away/open-counters.ts';
import { type ThrottleConfig } from './config.ts';
import { keepRefusals } from './last-refusals.ts';
import { openLimits } from './limits/open-limits.ts';
import { limitsMetrics, throttleMetrics } from './metrics.ts';
import { openRedis } from './open-redis.ts';

/** Starts throttle: is there room for these requests now? Gives the address of its internal listener. */
export async function startThrottle(config: ThrottleConfig, service: Service): Promise<ListenAddress> {
  const { log } = service;
  const { hashTag } = config;
  const metrics = throttleMetrics(service.metrics);
  const { timeoutMs } = config.redis;
  const { redis, connectionFault } = await openRedis(config.redis, timeoutMs * 2, service);
  const counters = await openCounters(
    { redis, connectionFault },
    { hashTag, timeoutMs, processesMin: config.processesMin },
    { metrics, service },
  );
  const limits = await openLimits(config, limitsMetrics(service.metrics), service);
  const admit = admitBatch({
    limits,
    counters,
    keepRefused: (refused) => {
      // Not worth an answer's time: a consumer finds what is known of its refusals.
      keepRefusals(redis, hashTag, refused, new Date()).catch(() =>
        metrics.refusalsNotKept.inc(refused.length),
      );
    },
    metrics,
    log,
  });
  const admissions = jsonEndpoint(admissionsPath, admit, log);
  const use = jsonEndpoint(throttleUsePath, answerUse(redis, hashTag, limits), log);
  const handler: RequestListener = (req, res) =>
    req.url === throttleUsePath ? use(req, res) : admissions(req, res);
  const address = await startInternalListener(config.listen, handler, service);
  log.info({ listen: address }, 'throttle open');
  return address;
}
