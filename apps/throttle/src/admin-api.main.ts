import { runService } from '@ssp/service';
import { startAdminApi } from './admin-api.ts';
import { AdminApiConfig } from './admin-api-config.ts';

await runService({
  name: 'throttle-admin-api',
  config: AdminApiConfig,
  adminPort: 9110,
  drainGraceMs: ({ listen }) => listen.drainGraceMs,
  start: startAdminApi,
});
