import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { AuthzAnswer, AuthzAsk, decisionsPath } from '@ssp/contracts';
import { type Service } from '@ssp/service';
import { openAskClient } from './ask/ask-client.ts';
import { type Audit, createAudit } from './audit.ts';
import { openAuditPublisher } from './audit-publisher.ts';
import { type EdgeConfig } from './config.ts';
import { type AskOwnUse, openOwnUse } from './limits-page/open-own-use.ts';
import { openThrottle, type Throttle } from './in-flight/open-throttle.ts';
import { type EdgeMetrics } from './metrics.ts';

/** Those outside the edge who are asked and told of every exchange. */
export type Governance = {
  readonly audit: Audit;
  readonly askAuthz: (ask: AuthzAsk) => Promise<AuthzAnswer>;
  readonly throttle: Throttle;
  readonly askOwnUse: AskOwnUse;
};

/** Connects to Kafka, authz and throttle. */
export async function openGovernance(
  config: EdgeConfig,
  service: Service,
  metrics: EdgeMetrics,
): Promise<Governance> {
  const { log, clock, resources } = service;
  const publisher = await openAuditPublisher(config, service);
  const { tls } = config.asks;
  // A process id comes again, so each start has a mark of its own.
  const source = `/ssp/edge/${hostname()}/${process.pid}/${randomBytes(8).toString('hex')}`;
  const audit = createAudit(publisher, source, clock, metrics, log);
  const tallying = setInterval(audit.tally, config.audit.tallyMs);
  // When the door has closed and nothing is under way, and while what is told still goes out.
  resources.defer(() => {
    clearInterval(tallying);
    audit.tally();
  });
  return {
    audit,
    askAuthz: openAskClient(
      { path: decisionsPath, ask: AuthzAsk, answer: AuthzAnswer },
      { ...config.asks.authz, tls },
      resources,
    ),
    askOwnUse: openOwnUse(
      { authz: { ...config.asks.authz, tls }, throttle: { ...config.asks.throttle, tls } },
      resources,
    ),
    throttle: openThrottle({ ...config.asks.throttle, tls }, randomUUID(), metrics, resources),
  };
}
