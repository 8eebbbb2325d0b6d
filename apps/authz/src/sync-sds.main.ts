import { setFlagsFromString } from 'node:v8';
import { runJob, runService } from '@ssp/service';
import { SyncSdsConfig } from './sync-sds-config.ts';
import { startSyncSds, syncSdsOnce } from './sync-sds.ts';

// What a load allocates dies at once. V8 would enlarge its young space by 50 MB for it, which saves hardly any time. Set here, since the
// memory of this process is to stay small however it is started.
setFlagsFromString('--semi-space-growth-factor=1');

const definition = { name: 'authz-sync-sds', config: SyncSdsConfig };

await (process.argv.includes('--once')
  ? runJob({
      ...definition,
      run: (config, service) => syncSdsOnce(config, service, (line) => process.stderr.write(`${line}\n`)),
    })
  : runService({ ...definition, adminPort: 9108, start: startSyncSds }));
