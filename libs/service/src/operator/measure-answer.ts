import { type RequestHandler } from 'express';

/** One answer of an API or of pages. */
export type MeasuredAnswer = {
  /** As it is declared, so that a label's values are few; `other` where nothing is declared for what was asked. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
};

/** Tells of each answer once it has ended, or was left. */
export function measureAnswer(tell: (answer: MeasuredAnswer) => void): RequestHandler {
  return (req, res, next) => {
    const beganMs = performance.now();
    res.on('close', () => {
      const route: unknown = req.route?.path;
      tell({
        route: typeof route === 'string' ? route : 'other',
        status: res.statusCode,
        seconds: (performance.now() - beganMs) / 1_000,
      });
    });
    next();
  };
}
