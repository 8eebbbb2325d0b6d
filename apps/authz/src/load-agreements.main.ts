import { runJob } from '@ssp/service';
import { loadAgreements, LoadAgreementsConfig } from './load-agreements.ts';

await runJob({ name: 'authz-load-agreements', config: LoadAgreementsConfig, run: loadAgreements });
