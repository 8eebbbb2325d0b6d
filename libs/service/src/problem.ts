import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Logger } from 'pino';

const titles = {
  400: 'The request cannot be understood',
  401: 'A bearer token is needed',
  403: 'The token does not permit this',
  404: 'Nothing is served here',
  405: 'The method is not served',
  409: 'What is held does not allow this',
  412: 'What is held has changed meanwhile',
  413: 'The body is too large',
  422: 'The content cannot be accepted',
  428: 'The request must say what it was made for',
  500: 'The request could not be answered',
  503: 'The request cannot be answered now',
} as const;

export type ProblemStatus = keyof typeof titles;

/** Ends a request with an answer of its own (RFC 9457); the message and the members are for the caller. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: ProblemStatus;
  /** Members beside the usual ones, for programs. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    status: ProblemStatus,
    detail: string,
    members: Readonly<Record<string, unknown>> = {},
    cause?: Error,
  ) {
    super(detail, { cause });
    this.status = status;
    this.members = members;
  }
}

/**
 * The error handler of an Express app, and the only place where an error becomes an answer; what is not a problem of the
 * caller's is logged and says no more than 500.
 */
export function renderProblem(log: Logger) {
  return (
    error: unknown,
    req: Pick<IncomingMessage, 'method'>,
    res: ServerResponse,
    next: (error: unknown) => void,
  ): void => {
    if (res.headersSent) return next(error);
    const problem =
      error instanceof Problem
        ? error
        : new Problem(500, 'The fault is ours and has been logged; try again later.');
    // A problem that has a cause is not of the caller's making.
    if (!(error instanceof Problem) || problem.cause !== undefined)
      log.error({ err: error }, 'a request failed');
    const { status, message, members } = problem;
    const text = JSON.stringify({
      type: 'about:blank',
      title: titles[status],
      status,
      detail: message,
      ...members,
    });
    if (status === 401) res.setHeader('WWW-Authenticate', 'Bearer');
    if (status === 405 && !res.hasHeader('Allow')) res.setHeader('Allow', 'GET, HEAD');
    res.writeHead(status, {
      'content-type': 'application/problem+json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
    });
    res.end(req.method === 'HEAD' ? undefined : text);
  };
}
