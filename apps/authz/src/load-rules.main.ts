import { runJob } from '@ssp/service';
import { loadRules, LoadRulesConfig } from './rules/load-rules.ts';

await runJob({ name: 'authz-load-rules', config: LoadRulesConfig, run: loadRules });
