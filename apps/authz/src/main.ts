import { runService } from '@ssp/service';
import { startAuthz } from './authz.ts';
import { AuthzConfig } from './config.ts';

await runService({
  name: 'authz',
  config: AuthzConfig,
  adminPort: 9102,
  drainGraceMs: ({ listen }) => listen.drainGraceMs,
  start: startAuthz,
});
