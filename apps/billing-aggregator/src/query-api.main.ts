import { runService } from '@ssp/service';
import { QueryApiConfig } from './config.ts';
import { startQueryApi } from './api/query-api.ts';

await runService({
  name: 'billing-query-api',
  config: QueryApiConfig,
  adminPort: 9106,
  drainGraceMs: ({ listen }) => listen.drainGraceMs,
  start: startQueryApi,
});
