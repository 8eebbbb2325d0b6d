import { connectKafka, startPublisher } from '@ssp/kafka';
import { openPool, ping, requireRole, requireSchema } from '@ssp/postgres';
import {
  type Caller,
  type ListenAddress,
  Problem,
  provenCaller,
  readCallers,
  readSigningKey,
  renderProblem,
  type Service,
  startInternalListener,
} from '@ssp/service';
import { expressPath, jsonBody, measureAnswer, openAuditApi } from '@ssp/service/operator';
import express, { type Express, type Request } from 'express';
import { type QueryApiConfig } from '../config.ts';
import { keepTellingDeeds } from '../books/deeds.ts';
import { ledgerBalance } from '../books/ledger-balance.ts';
import { deedMetrics, type QueryMetrics, queryMetrics, reconcileMetrics, rollerMetrics } from '../metrics.ts';
import { billingSchema } from '../billing-schema.ts';
import { openAuditBooks } from '../reconcile/audit-books.ts';
import { keepReconciled } from '../reconcile/keep-reconciled.ts';
import { monthBalance } from '../reconcile/month-balance.ts';
import { keepRolled } from '../rollups/keep-rolled.ts';
import { type Route } from './route.ts';
import { routesOf } from './routes.ts';

/** Answers billing staff and the console. @returns where it listens */
export async function startQueryApi(config: QueryApiConfig, service: Service): Promise<ListenAddress> {
  const { log, resources } = service;
  const pool = openPool(config.postgres, log, resources, { metrics: service.metrics });
  await requireRole(pool, config.postgres);
  await requireSchema(pool, billingSchema, service.health);
  const metrics = queryMetrics(service.metrics);
  const callerOf = callerReader(config.callers);
  const signingKey = config.signingKeyFile === null ? null : readSigningKey(config.signingKeyFile);
  const publisher = startPublisher(connectKafka(config.kafka, log), {}, log, service.metrics, resources);
  keepTellingDeeds(pool, publisher, deedMetrics(service.metrics), service);
  const { ripeAfterMs } = config;
  const reconciling =
    config.audit === null ? null : { pool, books: openAuditBooks(openAuditApi(config.audit, log)) };
  if (reconciling === null) log.warn('the audit is not given: a month is closed only with a reason for that');
  else keepReconciled(reconciling, ripeAfterMs, reconcileMetrics(service.metrics), service);
  const stop = new AbortController();
  resources.defer(() => stop.abort());
  const balance =
    reconciling === null
      ? ledgerBalance(pool)
      : monthBalance(reconciling, { ripeAfterMs, signal: stop.signal });
  const routes = routesOf({ pool, log, signingKey, balance, reconciling, ripeAfterMs });

  const app = express()
    .disable('x-powered-by')
    .disable('etag')
    .use((_req, res, next) => {
      res.set('Cache-Control', 'no-store');
      next();
    });
  for (const route of routes) serve(app, route, callerOf, metrics);
  refuseRest(app, routes, callerOf);
  app.use(renderProblem(log));

  if (config.sumsUp) keepRolled(pool, rollerMetrics(service.metrics), service);
  service.health.addCheck('postgres', () => ping(pool));
  const address = await startInternalListener(config.listen, app, { log, resources });
  log.info({ listen: address }, 'query API open');
  return address;
}

/** @throws Problem 401 or 403 for whoever may not ask this */
type CallerOf = (req: Request, roles: readonly string[]) => Promise<Caller>;

function callerReader(config: QueryApiConfig['callers']): CallerOf {
  const callerOf = readCallers(config);
  return (req, roles) => provenCaller(req, callerOf, roles, 'ask this of billing');
}

function serve(app: Express, { operation, answer }: Route, callerOf: CallerOf, metrics: QueryMetrics): void {
  const callers = new WeakMap<Request, Caller>();
  app[operation.method](
    expressPath(operation),
    measureAnswer(({ status, seconds }) =>
      metrics.answerSeconds.observe({ path: operation.path, status }, seconds),
    ),
    async (req, _res, next) => {
      callers.set(req, await callerOf(req, operation.roles));
      next();
    },
    // Nobody's body is read who may not ask.
    ...(operation.method === 'post' ? [jsonBody()] : []),
    async (req, res) => {
      const caller = callers.get(req);
      if (caller === undefined) throw new Error('the request was let in without a caller');
      await answer(req, res, caller);
    },
  );
}

/** Says what could be asked, to those who may ask something. */
function refuseRest(app: Express, routes: readonly Route[], callerOf: CallerOf): void {
  const operations = routes.map(({ operation }) => operation);
  const roles = [...new Set(operations.flatMap((operation) => operation.roles))];
  for (const { path } of operations) {
    const methods = operations.filter((it) => it.path === path).map(({ method }) => method.toUpperCase());
    app.all(expressPath({ path }), async (req, res) => {
      await callerOf(req, roles);
      res.set('Allow', methods.flatMap((it) => (it === 'GET' ? [it, 'HEAD'] : [it])).join(', '));
      throw new Problem(405, `${path} is served by ${methods.join(' and ')}.`);
    });
  }
  app.use(async (req) => {
    await callerOf(req, roles);
    const known = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    throw new Problem(404, `Ask for one of ${known.join(', ')}.`);
  });
}
