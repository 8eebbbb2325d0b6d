import { runService } from '@ssp/service';
import { EdgeConfig } from './config.ts';
import { startEdge } from './edge.ts';

await runService({
  name: 'edge',
  config: EdgeConfig,
  adminPort: 9101,
  drainGraceMs: (config) => config.drainGraceMs,
  start: startEdge,
});
