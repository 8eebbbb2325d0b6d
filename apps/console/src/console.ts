import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ListenAddress, type Service, startInternalListener } from '@ssp/service';
import express, { type ErrorRequestHandler, type Request, type RequestHandler } from 'express';
import { type BillingApi, BillingApiError, connectBillingApi } from './billing-api.ts';
import { type ConsoleConfig } from './config.ts';
import { consoleMetrics } from './metrics.ts';
import { createPages, frameworkDirectory, type RenderPage } from './page.ts';
import { readUsageChoice } from './usage-choice.ts';
import { usagePage } from './usage-page.ts';

/** Serves the pages for billing staff. @returns where it listens */
export async function startConsole(config: ConsoleConfig, service: Service): Promise<ListenAddress> {
  const { log, resources } = service;
  const api = connectBillingApi(config.billingApi, resources);
  const pages = createPages();
  const metrics = consoleMetrics(service.metrics);

  const app = express()
    .disable('x-powered-by')
    .disable('etag')
    .use((req, res, next) => {
      const stopTimer = metrics.answerSeconds.startTimer();
      const path = req.path === '/usage' || req.path === '/usage.csv' ? req.path : 'other';
      res.on('close', () => stopTimer({ path, status: res.statusCode }));
      next();
    })
    .use(protectReader())
    .use('/assets', express.static(join(frameworkDirectory, 'nhsuk/assets'), { index: false, maxAge: '1h' }))
    .use('/assets', express.static(fileURLToPath(new URL('../public', import.meta.url)), { maxAge: '1h' }))
    .get('/assets/nhsuk-frontend.min.css', (_req, res) =>
      res.sendFile('nhsuk/nhsuk-frontend.min.css', { root: frameworkDirectory, maxAge: '1h' }),
    )
    .use((_req, res, next) => {
      res.set('Cache-Control', 'no-store');
      next();
    })
    .get('/', (_req, res) => res.redirect('/usage'))
    .get('/usage', showUsage(api, pages, config.rowsMax, service))
    .get('/usage.csv', sendUsageCsv(api))
    .use((_req, res) => {
      res
        .status(404)
        .send(pages.message({ title: 'Page not found', text: 'There is no page at this address.' }));
    })
    .use(renderFault(pages, service));

  const address = await startInternalListener(config.listen, app, resources);
  log.info({ listen: address }, 'console open');
  return address;
}

/** Figures that cannot be had leave the page standing: it says so, with status 502. */
function showUsage(api: BillingApi, pages: RenderPage, rowsMax: number, { log }: Service): RequestHandler {
  return async (req, res) => {
    const parameters = parametersOf(req);
    try {
      const months = await api.months();
      const read = readUsageChoice(parameters, months[0] ?? thisMonth());
      const report = await api.usage(read.choice);
      res.status(read.faults.length > 0 ? 400 : 200);
      res.send(pages.usage(usagePage(read, months, report, rowsMax)));
    } catch (error) {
      if (!(error instanceof BillingApiError)) throw error;
      log.error({ err: error }, 'the billing API gave no figures');
      const read = readUsageChoice(parameters, thisMonth());
      res.status(502).send(pages.usage(usagePage(read, [], null, rowsMax)));
    }
  };
}

function sendUsageCsv(api: BillingApi): RequestHandler {
  return async (req, res) => {
    const { choice, faults } = readUsageChoice(parametersOf(req), thisMonth());
    if (faults.length > 0) return res.redirect(`/usage?${parametersOf(req).toString()}`);
    const csv = await api.usageCsv(choice);
    return res.attachment(`usage-${choice.month}.csv`).type('text/csv').send(csv);
  };
}

/** Nothing but our own style sheets and pictures is loaded, nothing is run, and no other site may frame the page. */
function protectReader(): RequestHandler {
  return (_req, res, next) => {
    res.set({
      'Content-Security-Policy':
        "default-src 'none'; style-src 'self'; img-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    });
    next();
  };
}

function renderFault(pages: RenderPage, { log }: Service): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    if (res.headersSent) return next(error);
    log.error({ err: error }, 'a page failed');
    const isApiDown = error instanceof BillingApiError;
    res.status(isApiDown ? 502 : 500).send(
      pages.message({
        title: isApiDown ? 'The figures cannot be shown now' : 'There is a problem with this page',
        text: 'Try again later.',
      }),
    );
  };
}

const parametersOf = (req: Request) => new URL(req.url, 'http://console').searchParams;

const thisMonth = () => new Date().toISOString().slice(0, 7);
