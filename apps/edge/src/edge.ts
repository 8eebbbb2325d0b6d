import { randomUUID } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { listen, type ListenAddress, type Service } from '@ssp/service';
import express from 'express';
import { refuse } from './answer/refuse.ts';
import { type EdgeConfig } from './config.ts';
import { openGovernance } from './governance.ts';
import { createEdgeMetrics } from './metrics.ts';
import { openProviderPools } from './provider/provider-pools.ts';
import { redirectToHttps } from './redirect-to-https.ts';
import { admit } from './stages/admit.ts';
import { announce } from './stages/announce.ts';
import { authorise } from './stages/authorise.ts';
import { forward } from './stages/forward.ts';
import { identify } from './stages/identify.ts';
import { readExchange } from './stages/read.ts';
import { record } from './stages/record.ts';
import { createCallers } from './tls/callers.ts';
import { watchRevocation } from './tls/revocation.ts';
import { serverContext } from './tls/server-options.ts';
import { answerUnparsed } from './unparsed-request.ts';

/** Opens the door for consumers; resolves with the addresses in use once it is open. */
export async function startEdge(
  config: EdgeConfig,
  service: Service,
  govern: typeof openGovernance = openGovernance,
): Promise<{ readonly https: ListenAddress; readonly http: ListenAddress }> {
  const { log, resources } = service;
  const metrics = createEdgeMetrics(service.metrics);
  const via = `1.1 ${config.publicName}`;
  const answers = { via, errorFormat: config.errorFormat };

  const { audit, askAuthz, askThrottle } = govern(config, service, metrics);
  const pools = openProviderPools(config, resources);
  const revocation = watchRevocation(
    config.crl,
    (list) => server.setSecureContext(serverContext(config, list.pems)),
    log,
    resources,
  );
  const callers = createCallers();
  const recorders = { audit, metrics, log, callers, newId: randomUUID };

  const app = express()
    .disable('x-powered-by')
    .use(record(recorders)) // first: it must see every ending
    .use(identify(revocation))
    .use(readExchange())
    .use(announce(audit)) // started here, awaited by forward
    .use(authorise(askAuthz)) // closed when authz is down
    .use(admit(askThrottle)) // only the authorised spend a provider's capacity
    .use(forward(pools, { via, publicName: config.publicName }, () => config.provider.timeouts))
    .use(refuse(answers, log));

  const server = createServer(
    {
      ...serverContext(config, revocation.current().pems),
      requestCert: true,
      // A handshake that failed could only be reset; completed, it is answered 495 or 496 over HTTP.
      rejectUnauthorized: false,
      keepAliveTimeout: 65_000,
      // Room for a target of the longest accepted length beside the headers, so that a longer one is answered 414.
      maxHeaderSize: 40 * 1_024,
    },
    app,
  );
  server.on('checkContinue', app);
  server.on('clientError', answerUnparsed(answers, recorders));
  const https = await listen(server, { host: config.listen.host, port: config.listen.httpsPort }, resources);
  const plain = createHttpServer(redirectToHttps(() => https.port));
  const http = await listen(plain, { host: config.listen.host, port: config.listen.httpPort }, resources);

  service.health.addCheck('crl', () => {
    const seconds = (revocation.current().nextUpdateMs - Date.now()) / 1_000;
    metrics.crlSecondsToNextUpdate.set(seconds);
    if (seconds <= 0) throw new Error('a CRL has passed its nextUpdate');
  });
  log.info({ https, http }, 'edge open');
  return { https, http };
}
