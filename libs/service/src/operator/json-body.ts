import { Problem } from '../problem.ts';
import { json, type RequestHandler } from 'express';

// Room for the national rules file.
const bodyBytesMax = 32 * 1024 * 1024;

/** Reads every body as JSON, whatever type it claims. @throws Problem 400 for what is none, 413 for too much */
export function jsonBody(): RequestHandler {
  const read = json({ limit: bodyBytesMax, type: () => true });
  return (req, res, next) =>
    read(req, res, (error?: unknown) => {
      if (error === undefined) return next();
      const isTooLarge = error instanceof Error && 'status' in error && error.status === 413;
      next(
        isTooLarge
          ? new Problem(413, `At most ${bodyBytesMax} bytes are taken.`)
          : new Problem(400, 'The body is not a JSON object or list.'),
      );
    });
}
