import { runService } from '@ssp/service';
import { startAdminApi } from './admin-api.ts';
import { AdminApiConfig } from './admin-api-config.ts';

await runService({
  name: 'authz-admin-api',
  config: AdminApiConfig,
  adminPort: 9109,
  drainGraceMs: ({ listen }) => listen.drainGraceMs,
  start: startAdminApi,
});
