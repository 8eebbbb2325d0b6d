import { runJob } from '@ssp/service';
import { loadLimits, LoadLimitsConfig } from './limits/load-limits.ts';

await runJob({ name: 'throttle-load-limits', config: LoadLimitsConfig, run: loadLimits });
