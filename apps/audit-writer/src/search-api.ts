import {
  type ListenAddress,
  Problem,
  provenRole,
  readBearerRoles,
  renderProblem,
  type Service,
  startInternalListener,
} from '@ssp/service';
import express from 'express';
import { type Pool } from 'pg';
import { type AuditWriterConfig } from './config.ts';
import { findExchanges } from './find-exchanges.ts';
import { type AuditMetrics } from './metrics.ts';
import { parseSearch } from './search-query.ts';

const path = '/v1/exchanges';
const permitted = ['auditor', 'operator'];

/** Answers `GET /v1/exchanges` to auditors and operators. @returns where it listens */
export async function startSearchApi(
  config: AuditWriterConfig,
  pool: Pool,
  metrics: AuditMetrics,
  { log, resources }: Service,
): Promise<ListenAddress> {
  const roleOf = readBearerRoles(config.tokensFile);

  const app = express()
    .disable('x-powered-by')
    .disable('etag')
    .use((req, res, next) => {
      res.set('Cache-Control', 'no-store');
      res.on('close', () => metrics.searches.inc({ status: res.statusCode }));
      res.locals['role'] = provenRole(req, roleOf, permitted, 'read the audit');
      next();
    })
    .get(path, async (req, res) => {
      const exchanges = await findExchanges(pool, parseSearch(req.query, Date.now()));
      log.info({ role: res.locals['role'], found: exchanges.length }, 'the audit was searched');
      res.json({ exchanges });
    })
    .use(() => {
      throw new Problem(404, `Ask for GET ${path}.`);
    })
    .use(renderProblem(log));

  const address = await startInternalListener(config.listen, app, resources);
  log.info({ listen: address }, 'search API open');
  return address;
}
