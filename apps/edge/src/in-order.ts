import { type Stage } from './exchange.ts';

/**
 * One middleware of all stages, each begun by the `next` of the one before; what a stage throws, rejects with or hands to
 * `next` goes to the app's error handler. Routing from stage to stage costs more than most of them.
 */
export function inOrder(stages: readonly Stage[]): Stage {
  return (req, res, next) => {
    let index = 0;
    const step = (error?: unknown): void => {
      const stage = stages[index];
      if (error !== undefined || stage === undefined) return next(error);
      index += 1;
      try {
        const running: unknown = stage(req, res, step);
        // oxlint-disable-next-line promise/no-callback-in-promise, promise/no-promise-in-callback -- where the two meet
        if (running instanceof Promise) running.catch(next);
      } catch (failure) {
        next(failure);
      }
    };
    step();
  };
}
