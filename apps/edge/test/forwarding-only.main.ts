// The edge with nobody to ask and nobody to tell, to measure what forwarding costs by itself: the production wiring,
// with authz, throttle and audit answered on the spot. Everybody with a trusted certificate may call everything.
import { type AuthzAnswer } from '@ssp/contracts';
import { runService } from '@ssp/service';
import { EdgeConfig } from '../src/config.ts';
import { startEdge } from '../src/edge.ts';
import { type Governance } from '../src/governance.ts';

const [endpoint] = process.argv.slice(2);
if (endpoint === undefined) throw new Error('the endpoint that every exchange goes to is missing');

const decision: AuthzAnswer = {
  decision: 'allow',
  decisionId: 'forwarding-only',
  rulesVersion: '0',
  parties: { senderOds: 'R1A14', receiverOds: 'B82617', supplier: 'YGP01' },
  endpoint,
  providerFqdn: null,
  agreementId: 'forwarding-only',
};

const ungoverned: Governance = {
  audit: {
    announce: async () => undefined,
    announced: async () => undefined,
    complete: () => undefined,
    tally: () => undefined,
  },
  askAuthz: async () => decision,
  askOwnUse: async () => ({ version: '0', systems: [], systemsTotal: 0 }),
  throttle: {
    place: (ask) => ({ ask, give: () => undefined, end: () => undefined }),
    ask: async () => ({
      admission: 'admit',
      rule: 'forwarding-only',
      scope: 'global',
      version: '0',
      counters: 'shared',
      limit: 1,
      remaining: 1,
      resetSeconds: 1,
    }),
  },
};

await runService({
  name: 'forwarding-only',
  config: EdgeConfig,
  adminPort: 0,
  start: (config, service) => startEdge(config, service, async () => ungoverned),
});
