import { runService } from '@ssp/service';
import { ThrottleConfig } from './config.ts';
import { startThrottle } from './throttle.ts';

await runService({
  name: 'throttle',
  config: ThrottleConfig,
  adminPort: 9103,
  drainGraceMs: ({ listen }) => listen.drainGraceMs,
  start: startThrottle,
});
