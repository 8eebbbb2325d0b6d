import { type ListenAddress, readBearerRoles, type Service, startInternalListener } from '@ssp/service';
import express, { type Response } from 'express';
import { type Pool } from 'pg';
import { type AuditWriterConfig } from './config.ts';
import { findExchanges } from './find-exchanges.ts';
import { type AuditMetrics } from './metrics.ts';
import { parseSearch, SearchQueryError } from './search-query.ts';

const path = '/v1/exchanges';
const permitted = new Set(['auditor', 'operator']);

const titles = {
  400: 'The query cannot be understood',
  401: 'A bearer token is needed',
  403: 'The token does not permit this',
  404: 'Nothing is served here',
  500: 'The query could not be answered',
} as const;

/** Answers `GET /v1/exchanges` to auditors and operators. @returns where it listens */
export async function startSearchApi(
  config: AuditWriterConfig,
  pool: Pool,
  metrics: AuditMetrics,
  { log, resources }: Service,
): Promise<ListenAddress> {
  const roleOf = readBearerRoles(config.tokensFile);

  function problem(res: Response, status: keyof typeof titles, detail: string): void {
    metrics.searches.inc({ status });
    res
      .status(status)
      .type('application/problem+json')
      .send(JSON.stringify({ type: 'about:blank', title: titles[status], status, detail }));
  }

  const app = express()
    .disable('x-powered-by')
    .disable('etag')
    .use((req, res, next) => {
      res.set('Cache-Control', 'no-store');
      const role = roleOf(req.headers.authorization);
      if (role === null) {
        res.set('WWW-Authenticate', 'Bearer');
        return problem(res, 401, 'Send Authorization: Bearer with a token that is in force.');
      }
      if (!permitted.has(role)) return problem(res, 403, `The role ${role} may not read the audit.`);
      res.locals['role'] = role;
      next();
    })
    // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express 5 hands a rejection to the error handler
    .get(path, async (req, res) => {
      const search = parseSearch(req.query, Date.now());
      const exchanges = await findExchanges(pool, search);
      metrics.searches.inc({ status: 200 });
      log.info({ role: res.locals['role'], found: exchanges.length }, 'the audit was searched');
      res.json({ exchanges });
    })
    .use((_req, res) => problem(res, 404, `Ask for GET ${path}.`))
    .use((error: unknown, _req: unknown, res: Response, next: (error: unknown) => void) => {
      if (res.headersSent) return next(error);
      if (error instanceof SearchQueryError) return problem(res, 400, error.message);
      log.error({ err: error }, 'a search failed');
      problem(res, 500, 'The fault is ours and has been logged; try again later.');
    });

  const address = await startInternalListener(config.listen, app, resources);
  log.info({ listen: address }, 'search API open');
  return address;
}
