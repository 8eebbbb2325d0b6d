import { runJob } from '@ssp/service';
import { MigrateConfig } from './config.ts';
import { migrateBilling } from './migrate-billing.ts';

await runJob({
  name: 'billing-migrate',
  config: MigrateConfig,
  run: (config, service) => migrateBilling(config.postgres, service.log),
});
