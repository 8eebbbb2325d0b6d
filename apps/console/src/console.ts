import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ListenAddress, type Service, startInternalListener } from '@ssp/service';
import { measureAnswer } from '@ssp/service/operator';
import express, { type RequestHandler } from 'express';
import { connectApi } from './api.ts';
import { type ConsoleConfig } from './config.ts';
import { type ConsoleMetrics, consoleMetrics } from './metrics.ts';
import { type Page } from './page.ts';
import { pagesOf } from './pages.ts';
import { connectPlatform } from './platform-sources.ts';
import { protectReader } from './protect-reader.ts';
import { createRender, frameworkDirectory } from './render.ts';
import { renderFault, renderNotFound, servePages } from './serve-pages.ts';
import { leadToOwnHost } from './sign-in/lead-to-own-host.ts';
import { createSignIn } from './sign-in/sign-in.ts';

/** Most that a form may send; a file of prices is the largest. */
const formBytesMax = 1_048_576;

/** Serves the pages for those who bill, supply, operate and audit. @returns where it listens */
export async function startConsole(config: ConsoleConfig, service: Service): Promise<ListenAddress> {
  const { log, resources } = service;
  const pages = pagesOf({
    config,
    billing: connectApi('billing', config.billingApi, service),
    ...connectPlatform(config.platform, service),
  });
  const render = createRender();
  const signIn = createSignIn(config.signIn, render, service);

  const app = express()
    .disable('x-powered-by')
    .disable('etag')
    .use(measurePages(pages, consoleMetrics(service.metrics)))
    .use(protectReader(config.signIn.origin))
    .use('/assets', express.static(join(frameworkDirectory, 'nhsuk/assets'), { index: false, maxAge: '1h' }))
    .use('/assets', express.static(fileURLToPath(new URL('../public', import.meta.url)), { maxAge: '1h' }))
    .get('/assets/nhsuk-frontend.min.css', (_req, res) =>
      res.sendFile('nhsuk/nhsuk-frontend.min.css', { root: frameworkDirectory, maxAge: '1h' }),
    )
    .use((_req, res, next) => {
      res.set('Cache-Control', 'no-store');
      next();
    })
    .use(leadToOwnHost(config.signIn.origin))
    .use(signIn.routes)
    .use(signIn.requirePerson)
    .use(express.urlencoded({ extended: false, limit: formBytesMax }))
    .use(signIn.checkForm)
    .post('/sign-out', signIn.signOut)
    .use(servePages(pages, render))
    .use(renderNotFound(pages, render))
    .use(signIn.renderAway)
    .use(renderFault(pages, render, log));

  const address = await startInternalListener(config.listen, app, { log, resources });
  log.info({ listen: address }, 'console open');
  return address;
}

/** Names paths as the registry does, so that labels stay a closed set. */
function measurePages(pages: readonly Page[], metrics: ConsoleMetrics): RequestHandler {
  const paths = new Set(pages.map(({ path }) => path));
  return measureAnswer(({ route, status, seconds }) =>
    metrics.answerSeconds.observe({ path: paths.has(route) ? route : 'other', status }, seconds),
  );
}
