import { type IncomingMessage } from 'node:http';
import { readSspHeaders, readTraceparent } from '@ssp/spine';
import { type Logger } from 'pino';
import { type Audit } from '../audit.ts';
import { type Admission, beginExchange, type Exchange, type Stage, traceOf } from '../exchange.ts';
import { type EdgeMetrics } from '../metrics.ts';
import { type Tally } from '../tallied-histogram.ts';
import { type Callers } from '../tls/callers.ts';

export type Recorders = {
  readonly audit: Audit;
  readonly metrics: EdgeMetrics;
  readonly log: Logger;
  readonly callers: Callers;
  readonly newId: () => string;
};

/** Begins an exchange's record, and leaves its completed event, one log line and one count however it ends. */
export function record(recorders: Recorders): Stage {
  return (req, res, next) => {
    // Express keeps the untouched target beside `url`, which its routing may rewrite.
    const exchange = exchangeOf(req, req.originalUrl, recorders);
    res.locals.exchange = exchange;
    recorders.metrics.inFlight.inc();
    // 'close' rather than 'finish': who hangs up is an exchange too.
    res.once('close', () => {
      recorders.metrics.inFlight.dec();
      exchange.place?.end();
      const whole = res.writableFinished;
      if (!whole && exchange.outcome !== 'failed') exchange.outcome = 'abandoned';
      const status = whole || exchange.outcome === 'failed' ? res.statusCode : 499;
      completeExchange(exchange, status, recorders);
    });
    next();
  };
}

/** Begins the record of a request whose head has been read. */
export function exchangeOf(req: IncomingMessage, requestTarget: string, recorders: Recorders): Exchange {
  return beginExchange({
    internalId: recorders.newId(),
    receivedAt: new Date(),
    startedAtMs: performance.now(),
    method: req.method ?? '-',
    requestTarget,
    contentType: req.headers['content-type'] ?? null,
    // Read before anything can be refused, so that audit knows whose request it was.
    sspHeaders: readSspHeaders(req.rawHeaders),
    traceparent: readTraceparent(req.headers.traceparent),
    authorization: req.headers.authorization,
    caller: recorders.callers.of(req.socket),
  });
}

/** The last stage of every exchange: its event, its count, its line. */
export function completeExchange(exchange: Exchange, status: number, recorders: Recorders): void {
  const { audit, metrics, log } = recorders;
  const totalMs = performance.now() - exchange.startedAtMs;
  audit.complete(exchange, status, totalMs);
  const { outcome, refusal, timings } = exchange;
  const { found } = exchange.sspHeaders;
  metrics.exchanges.inc({
    outcome,
    status_class: `${Math.floor(status / 100)}xx`,
    refusal: refusal ?? 'none',
  });
  metrics.totalSeconds.observe(totalMs / 1_000);
  if (exchange.admission !== null) countAdmission(metrics, exchange.admission);
  const { stageSeconds } = metrics;
  observe(stageSeconds.announce, timings.announceMs);
  observe(stageSeconds.authorise, timings.authoriseMs);
  observe(stageSeconds.admit, timings.admitMs);
  observe(stageSeconds.provider, timings.providerMs);
  if (outcome === 'forwarded' && timings.providerMs !== null)
    metrics.addedSeconds.observe((totalMs - timings.providerMs) / 1_000);
  log.info(
    {
      internalId: exchange.internalId,
      ...traceOf(exchange),
      from: found.from,
      to: found.to,
      method: exchange.method,
      status,
      outcome,
      refusal,
      totalMs,
    },
    'exchange',
  );
}

function countAdmission(metrics: EdgeMetrics, admission: Admission): void {
  const answer = admission.admission;
  if (answer === 'unavailable') return;
  if (answer === 'refuse') metrics.limitRefusals.inc({ scope: admission.scope });
  if (admission.counters === 'local') metrics.localAdmissions.inc({ answer });
}

function observe(stage: Tally, ms: number | null): void {
  if (ms !== null) stage.observe(ms / 1_000);
}
