import { randomUUID } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { listen, type ListenAddress, type Service } from '@ssp/service';
import { forwardedMethodList, Refusal } from '@ssp/spine';
import express from 'express';
import { refuse } from './answer/refuse.ts';
import { type EdgeConfig } from './config.ts';
import { createConnections } from './door/connections.ts';
import { httpServerOptions } from './door/door-limits.ts';
import { expressMessages } from './door/express-messages.ts';
import { openDoor } from './door/open-door.ts';
import { openGovernance } from './governance.ts';
import { inOrder } from './in-order.ts';
import { watchInteractions } from './interactions/watch-interactions.ts';
import { createEdgeMetrics } from './metrics.ts';
import { openProviderPools } from './provider/provider-pools.ts';
import { redirectToHttps } from './redirect-to-https.ts';
import { answerLimits } from './stages/answer-limits.ts';
import { answerOptions } from './stages/answer-options.ts';
import { admit } from './stages/admit.ts';
import { announce } from './stages/announce.ts';
import { authorise } from './stages/authorise.ts';
import { checkParties } from './stages/check-parties.ts';
import { checkRequest } from './stages/check-request.ts';
import { forward } from './stages/forward.ts';
import { certificateRefusal, identify } from './stages/identify.ts';
import { checkMessage } from './stages/check-message.ts';
import { readExchange } from './stages/read.ts';
import { openToPages } from './stages/open-to-pages.ts';
import { record } from './stages/record.ts';
import { refusePlainHttp } from './stages/refuse-plain-http.ts';
import { createCallers } from './tls/callers.ts';
import { watchServerCertificate } from './tls/server-certificate.ts';
import { serverContext } from './tls/server-options.ts';
import { showTrust } from './tls/trust-gauges.ts';
import { openTrust } from './tls/trust.ts';

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

  const { audit, askAuthz, throttle, askOwnUse } = await govern(config, service, metrics);
  const pools = openProviderPools(config, metrics, log, resources);
  const renewTls = () => server.setSecureContext(consumerTls());
  const certificate = watchServerCertificate(config.server, renewTls, log, resources);
  const trust = await openTrust(config, renewTls, metrics, log, resources);
  const consumerTls = () => serverContext(config, certificate(), trust.caPem());
  const callers = createCallers(config.dnPolicy);
  const policyOf = watchInteractions(
    { ...config.interactions, timeouts: config.provider.timeouts },
    log,
    resources,
  );
  const { cors, nhsNumberCheck } = config;
  const allow = cors.origins === null ? forwardedMethodList : `${forwardedMethodList}, OPTIONS`;
  const openings = cors.origins === null ? [] : [openToPages(cors.origins)];
  const { maxAgeSeconds } = cors;
  const options =
    cors.origins === null
      ? []
      : [answerOptions(cors.origins, policyOf, audit.announced, { via, maxAgeSeconds })];
  const recorders = { audit, metrics, log, callers, newId: randomUUID };

  const app = express()
    .disable('x-powered-by')
    .use(
      inOrder([
        record(recorders), // first: it must see every ending
        ...openings,
        identify(trust.standingOf),
        checkMessage(config.limits.headers), // before anything is read out of it
        answerLimits(askOwnUse, audit.announced, { via }), // whose certificate holds may see its own limits
        ...options,
        readExchange(config.target, allow),
        checkRequest(policyOf, { nhsNumberCheck }), // what the interaction's rules ask of the request alone
        announce(audit), // started here, awaited by forward
        authorise(askAuthz, config.network), // closed when authz is down
        checkParties(), // what they ask of it in the directory's light
        admit(throttle), // only the authorised spend a provider's capacity
        forward(pools, { via, ...config }),
      ]),
    )
    .use(refuse(answers, audit.announced, log));

  const plainApp = express()
    .disable('x-powered-by')
    .use(inOrder([record(recorders), ...openings, refusePlainHttp()]))
    .use(refuse(answers, audit.announced, log));

  const server = createServer({
    ...consumerTls(),
    ...httpServerOptions(config.limits),
    ...expressMessages(app),
    handshakeTimeout: config.limits.handshakeTimeoutMs,
    requestCert: true,
    // A handshake that failed could only be reset; completed, it is answered 495 or 496 over HTTP.
    rejectUnauthorized: false,
  });
  // Before the door, so that it serves for as long as the door does.
  const redirector = redirectToHttps(() => https.port, metrics);
  const http = await listen(
    redirector,
    { host: config.listen.host, port: config.listen.httpPort },
    resources,
  );
  const connections = createConnections(config.limits.lingerMs, (count) => metrics.connections.set(count));
  const https = await openDoor(
    { host: config.listen.host, port: config.listen.httpsPort },
    {
      tls: {
        server,
        listener: app,
        methodRefusal: (caller) =>
          certificateRefusal(caller, trust.standingOf(caller, Date.now())) ??
          new Refusal('method-not-allowed', { allow }),
      },
      plain: {
        server: createHttpServer(httpServerOptions(config.limits)),
        listener: plainApp,
        methodRefusal: () => new Refusal('plain-http-on-tls-port'),
      },
    },
    { ...answers, limits: config.limits, drainGraceMs: config.drainGraceMs },
    { connections, recorders, metrics, log, resources },
  );

  showTrust(trust, config.crl.graceMs, metrics, service.health, resources);
  log.info({ https, http }, 'edge open');
  return { https, http };
}
