import { type Logger, pino } from 'pino';
import { Registry } from 'prom-client';
import { type Clock, unmeasuredClock } from './clock/clock.ts';
import { createHealth, type Health } from './health.ts';

/** What every process of the platform is given to live by. */
export type Service = {
  readonly name: string;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly health: Health;
  readonly clock: Clock;
  /** What was acquired, released last first when the process stops. */
  readonly resources: AsyncDisposableStack;
  /** A part broke by itself and cannot mend: the process stops with a fault, to be started anew. */
  readonly fail: (error: unknown) => void;
};

/** Makes the service that `start…` functions take; tests make their own, a process gets one from `runService`. */
export function createService(
  name: string,
  resources: AsyncDisposableStack,
  options: { readonly log?: Logger; readonly fail?: (error: unknown) => void; readonly clock?: Clock } = {},
): Service {
  const log = options.log ?? pino({ name, level: 'silent' });
  const fail = options.fail ?? ((error: unknown) => log.fatal({ err: error }, 'failed'));
  const clock = options.clock ?? unmeasuredClock;
  return { name, log, metrics: new Registry(), health: createHealth(), clock, resources, fail };
}
