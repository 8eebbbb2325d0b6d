import { runService } from '@ssp/service';
import { ConsoleConfig } from './config.ts';
import { startConsole } from './console.ts';

await runService({
  name: 'console',
  config: ConsoleConfig,
  adminPort: 9107,
  drainGraceMs: ({ listen }) => listen.drainGraceMs,
  start: startConsole,
});
