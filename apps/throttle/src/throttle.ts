import { admissionsPath } from '@ssp/contracts';
import { jsonEndpoint, type ListenAddress, type Service, startInternalListener } from '@ssp/service';
import { admitBatch } from './admit-batch.ts';
import { type ThrottleConfig } from './config.ts';
import { limitsOfAsk } from './limits-of-ask.ts';
import { throttleMetrics } from './metrics.ts';
import { openRedis } from './open-redis.ts';
import { readLimits } from './read-limits.ts';

/** Starts throttle: is there room for these requests now? Gives the address of its internal listener. */
export async function startThrottle(config: ThrottleConfig, service: Service): Promise<ListenAddress> {
  const limits = await readLimits(config.limitsFile);
  const redis = await openRedis(config.redis, service);
  const admit = admitBatch(
    redis,
    limitsOfAsk(limits, config.hashTag),
    throttleMetrics(service.metrics),
    service.log,
  );
  const handler = jsonEndpoint(admissionsPath, admit, service.log);
  const address = await startInternalListener(config.listen, handler, service.resources);
  service.log.info({ listen: address }, 'throttle open');
  return address;
}
