import { type Exchange } from '../exchange.ts';
import { type AnswerParts } from './answer-parts.ts';
import { type ConnectionPool } from './connection-pool.ts';
import { type LegsUnderWay } from './legs-under-way.ts';
import { type ProviderTimeouts } from './provider-timeouts.ts';
import { type ReadAhead } from './read-ahead.ts';
import { type RequestFraming } from './request-framing.ts';

/** Everything a forwarded exchange needs, fixed before the first byte goes out. */
export type ForwardPlan = {
  readonly exchange: Exchange;
  readonly pool: ConnectionPool;
  /** Where it is looked at for the time it takes. */
  readonly legs: LegsUnderWay;
  readonly readAhead: ReadAhead;
  readonly parts: AnswerParts;
  readonly host: string;
  readonly path: string;
  /** Names and values in turn, ready to be sent. */
  readonly fields: readonly string[];
  readonly framing: RequestFraming;
  readonly via: string;
  readonly timeouts: ProviderTimeouts;
  readonly timeoutStatus: 504 | 599;
  readonly countRetry: () => void;
  /** Gets the reason when no answer could be given; called at most once, and never after the head of an answer. */
  readonly fail: (error: unknown) => void;
};

/**
 * The plan that `forward` left on a response. It lies there, and not in a WeakMap: an old map would keep every finished
 * exchange alive until the next full garbage collection.
 */
export function planOf(res: object): ForwardPlan | null {
  return hasPlan(res) ? res.locals.plan : null;
}

function hasPlan(res: object): res is { readonly locals: { readonly plan: ForwardPlan } } {
  return 'locals' in res && typeof res.locals === 'object' && res.locals !== null && 'plan' in res.locals;
}
