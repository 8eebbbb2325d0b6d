import { type ErrorRequestHandler, type Response } from 'express';
import { type Logger } from 'pino';

const titles = {
  400: 'The query cannot be understood',
  401: 'A bearer token is needed',
  403: 'The token does not permit this',
  404: 'Nothing is served here',
  405: 'The method is not served',
  500: 'The query could not be answered',
} as const;

/** Ends a query with an answer of its own (RFC 9457); the message is for the caller. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: keyof typeof titles;

  constructor(status: keyof typeof titles, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** The only place where an error becomes an answer; what is not a problem of the caller's says no more than 500. */
export function renderProblem(log: Logger): ErrorRequestHandler {
  return (error: unknown, _req, res: Response, next) => {
    if (res.headersSent) return next(error);
    const problem =
      error instanceof Problem
        ? error
        : new Problem(500, 'The fault is ours and has been logged; try again later.');
    if (!(error instanceof Problem)) log.error({ err: error }, 'a query failed');
    const { status, message } = problem;
    if (status === 401) res.set('WWW-Authenticate', 'Bearer');
    if (status === 405) res.set('Allow', 'GET, HEAD');
    res
      .status(status)
      .type('application/problem+json')
      .send(JSON.stringify({ type: 'about:blank', title: titles[status], status, detail: message }));
  };
}
