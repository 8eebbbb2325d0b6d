import { runService } from '@ssp/service';
import { startAuditWriter } from './audit-writer.ts';
import { AuditWriterConfig } from './config.ts';

await runService({
  name: 'audit-writer',
  config: AuditWriterConfig,
  adminPort: 9104,
  drainGraceMs: ({ listen }) => listen.drainGraceMs,
  start: startAuditWriter,
});
