import { pipeline } from 'node:stream/promises';
import { type Service } from '@ssp/service';
import express, {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import { z } from 'zod';
import { ApiError } from './api.ts';
import { navigationFor } from './navigation.ts';
import { type Page, type PageAnswer, type View, type Visit } from './page.ts';
import { Person, personOf } from './person.ts';
import { type Render } from './render.ts';

/** Answers the pages of the registry, and `/` with the first that the person may see. Needs `res.locals.person`, and forms read. */
export function servePages(pages: readonly Page[], render: Render): Router {
  const router = express.Router();
  router.get('/', (_req, res) => res.redirect(navigationFor(pages, personOf(res).role, null).home));
  for (const page of pages) {
    const permit: RequestHandler = (_req, res, next) => {
      if (page.roles.includes(personOf(res).role)) return next();
      showNotice(res, render, pages, {
        status: 403,
        title: 'You cannot see this page',
        text: 'Your role does not include it. If you need it for your work, ask whoever gave you access.',
      });
    };
    const serve =
      (make: NonNullable<Page['post']>): RequestHandler =>
      async (req, res) =>
        send(res, await make(visitOf(req, res)), (view) => show(res, render, pages, page, view));
    router.get(page.path, permit, serve(page.get));
    if (page.post !== undefined) router.post(page.path, permit, serve(page.post));
  }
  return router;
}

/** Says that there is no such page. */
export function renderNotFound(pages: readonly Page[], render: Render): RequestHandler {
  return (_req, res) => showNotice(res, render, pages, notFound);
}

/** The only place where an error becomes a page. */
export function renderFault(
  pages: readonly Page[],
  render: Render,
  log: Service['log'],
): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    if (res.headersSent) return next(error);
    const notice = noticeOf(error);
    if (notice.status === 500) log.error({ err: error }, 'a page failed');
    showNotice(res, render, pages, notice);
  };
}

type Notice = { readonly status: number; readonly title: string; readonly text: string };

const notFound: Notice = {
  status: 404,
  title: 'Page not found',
  text: 'There is no page at this address. If you typed it, check that it is correct; what a link led to may have been removed.',
};

/** As the framework tells of requests that cannot be read, such as one too large. */
const UnfitRequest = z.object({ status: z.int().min(400).max(499) });

function noticeOf(error: unknown): Notice {
  if (!(error instanceof ApiError)) {
    const { data: unfit } = UnfitRequest.safeParse(error);
    if (unfit !== undefined) {
      return {
        status: unfit.status,
        title: 'This cannot be taken as it was sent',
        text: 'It is too large, or not in a form that can be read. Nothing was done.',
      };
    }
    return {
      status: 500,
      title: 'There is a problem with this page',
      text: 'The fault is ours and has been noted. Try again later.',
    };
  }
  if (error.status === 404) return { ...notFound, text: error.detail ?? notFound.text };
  if (error.status === 403) {
    return {
      status: 403,
      title: 'You cannot see this',
      text: error.detail ?? 'Your role does not include it.',
    };
  }
  if (error.status === 400 || error.status === 422) {
    return {
      status: 400,
      title: 'This cannot be shown as asked',
      text: error.detail ?? 'Check the address.',
    };
  }
  return {
    status: 502,
    title: 'This cannot be shown now',
    text: 'What this page is made of cannot be had at the moment. Nothing is lost: try again in a few minutes.',
  };
}

async function send(res: Response, answer: PageAnswer, showView: (view: View) => void): Promise<void> {
  if (answer.kind === 'view') return showView(answer);
  if (answer.kind === 'redirect') return res.redirect(303, answer.to);
  res.attachment(answer.fileName).type(answer.contentType);
  if (typeof answer.body === 'string') res.end(answer.body);
  else await pipeline(answer.body, res);
}

function show(res: Response, render: Render, pages: readonly Page[], page: Page, view: View): void {
  const person = personOf(res);
  const navigation = navigationFor(pages, person.role, page);
  const faults = view.faults ?? [];
  res.status(view.status ?? (faults.length > 0 ? 400 : 200)).send(
    render(view.template, {
      title: view.title,
      navigation: { ...navigation, breadcrumbs: [...navigation.breadcrumbs, ...(view.breadcrumbs ?? [])] },
      person,
      faults,
      formToken: formTokenOf(res),
      page: view.content,
    }),
  );
}

/** A page of a few words; also for readers of whom nothing is known. */
function showNotice(res: Response, render: Render, pages: readonly Page[], notice: Notice): void {
  const person = Person.safeParse(res.locals['person']).data ?? null;
  res.status(notice.status).send(
    render('notice.njk', {
      title: notice.title,
      navigation: person === null ? null : navigationFor(pages, person.role, null),
      person,
      faults: [],
      formToken: person === null ? null : formTokenOf(res),
      page: notice,
    }),
  );
}

/** Left by whoever demands it of forms. */
const formTokenOf = (res: Response) => z.string().nullable().catch(null).parse(res.locals['formToken']);

const FormBody = z.record(z.string(), z.union([z.string(), z.array(z.string())])).catch({});
const Parts = z.record(z.string(), z.string()).catch({});

function visitOf(req: Request, res: Response): Visit {
  const sent = Object.entries(FormBody.parse(req.body ?? {}));
  return {
    person: personOf(res),
    isHead: req.method === 'HEAD',
    parts: Parts.parse(req.params),
    query: new URL(req.url, 'http://console').searchParams,
    form: new URLSearchParams(
      sent.flatMap(([name, value]) => [value].flat().map((it): [string, string] => [name, it])),
    ),
  };
}
