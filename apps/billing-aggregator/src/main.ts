import { runService } from '@ssp/service';
import { startBillingAggregator } from './billing-aggregator.ts';
import { AggregatorConfig } from './config.ts';

await runService({
  name: 'billing-aggregator',
  config: AggregatorConfig,
  adminPort: 9105,
  start: startBillingAggregator,
});
