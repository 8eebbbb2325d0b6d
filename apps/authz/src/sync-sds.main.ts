import { runJob, runService } from '@ssp/service';
import { SyncSdsConfig } from './sync-sds-config.ts';
import { startSyncSds, syncSdsOnce } from './sync-sds.ts';

const definition = { name: 'authz-sync-sds', config: SyncSdsConfig };

await (process.argv.includes('--once')
  ? runJob({
      ...definition,
      run: (config, service) => syncSdsOnce(config, service, (line) => process.stderr.write(`${line}\n`)),
    })
  : runService({ ...definition, adminPort: 9108, start: startSyncSds }));
