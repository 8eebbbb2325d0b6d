import { z } from 'zod';
import { arrivalKinds } from './schedule.ts';

/** What one run of the open-loop generator is told. */
export const OpenLoopPlan = z.object({
  host: z.string(),
  port: z.int(),
  /** The name that the server's certificate must carry. */
  servername: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  caFile: z.string(),
  certFile: z.string(),
  keyFile: z.string(),
  perSecond: z.number().positive(),
  seconds: z.number().positive(),
  arrivals: z.enum(arrivalKinds),
  /** Sent before, by turns over all connections, and not counted: code, connections and caches get warm. */
  warmUpRequests: z.int(),
});
export type OpenLoopPlan = z.output<typeof OpenLoopPlan>;

/** What it has measured. */
export const OpenLoopResult = z.object({
  /** From the intended time of sending to the last byte of the answer, in the order of sending. */
  latenciesMs: z.array(z.number()).min(1).readonly(),
  /** From the intended time of sending to the real one: the generator's own lateness, which is in the latencies too. */
  lagsMs: z.array(z.number()).min(1).readonly(),
  /** Of the warm-up: cold code on a busy machine may miss its own timeouts, and is then refused as it should be. */
  refused: z.int(),
  /** Measured requests that had to open a connection. */
  newConnections: z.int(),
});
export type OpenLoopResult = z.output<typeof OpenLoopResult>;
