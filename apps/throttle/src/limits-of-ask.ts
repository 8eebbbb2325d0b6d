import { type ThrottleAsk, type throttleScopes } from '@ssp/contracts';
import { type RateLimit } from './gcra.ts';
import { type Limits } from './limits.ts';

/** One limit that an ask must pass: the bucket's name in Redis, and whose limit it is. */
export interface ScopedLimit {
  readonly scope: (typeof throttleScopes)[number];
  readonly key: string;
  readonly limit: RateLimit;
}

/** Gives the limits of an ask, the consumer's own first: who is over their own limit is told so. */
export type LimitsOfAsk = (ask: ThrottleAsk) => readonly ScopedLimit[];

/**
 * Prepares the look-up of limits. Every key carries the same hash tag, so that on a Redis Cluster a batch is one
 * script call on one node: the global bucket is in every ask, and a script cannot reach over two slots.
 */
export function limitsOfAsk(limits: Limits, hashTag: string): LimitsOfAsk {
  const prefix = `{${hashTag}}:throttle`;
  const global: ScopedLimit = { scope: 'global', key: `${prefix}:global`, limit: limits.global };
  const consumers = new Map(Object.entries(limits.consumers));
  const providers = new Map(Object.entries(limits.providers));
  const interactions = new Map(
    limits.interactions.map(({ interactionId, consumer = '', limit }) => [
      `${consumer} ${interactionId}`,
      limit,
    ]),
  );

  return ({ from, to, interactionId }) => {
    const own: ScopedLimit[] = [
      { scope: 'consumer', key: `${prefix}:consumer:${from}`, limit: consumers.get(from) ?? limits.consumer },
    ];
    const limit = interactions.get(`${from} ${interactionId}`) ?? interactions.get(` ${interactionId}`);
    if (limit) own.push({ scope: 'consumer', key: `${prefix}:consumer:${from}:${interactionId}`, limit });
    return [
      ...own,
      { scope: 'provider', key: `${prefix}:provider:${to}`, limit: providers.get(to) ?? limits.provider },
      global,
    ];
  };
}
