import { type CounterBatch } from './counters.ts';
import { reservedUs } from './fair-share.ts';
import { type ResolvedAsk, type ResolvedInFlight, type ResolvedLimit } from './resolved-limits.ts';

/** Redis's own clock: one for all copies of the service, so that no two of them disagree about the time. */
const redisClock = 0;

/** Most in flight of a host that is only reported and not asked about: it is counted, and nobody is judged by it. */
const notAsked = 0;

/** Writes a batch as the keys and the plan that take.lua reads. */
export function planOf({ asks, caller, nowUs = redisClock }: CounterBatch): {
  readonly keys: readonly string[];
  readonly plan: string;
} {
  const buckets = new Listed();
  const hosts = new Listed();
  const shared = new Listed();
  const wants: number[] = [];
  const counts = caller?.counts;
  const toldOf = (key: string) => counts?.get(key) ?? -1;

  const bucketOf = ({ key, limit, mode }: ResolvedLimit) =>
    buckets.find(key) ?? buckets.add(key, limit.intervalUs, limit.burst, mode === 'shadow' ? 1 : 0);
  const hostOf = ({ key, max, mode }: ResolvedInFlight) =>
    hosts.find(key) ?? hosts.add(key, max, mode === 'shadow' ? 1 : 0, toldOf(key));
  const sharedOf = ({ share, limits }: ResolvedAsk) => {
    const provider = share && limits.find(({ scope }) => scope === 'provider');
    if (!provider) return 0;
    return (
      shared.find(share.key) ??
      shared.add(share.key, bucketOf(provider), reservedUs(provider.limit, share.below))
    );
  };

  for (const ask of asks) {
    const host = ask.providerInFlight === null ? 0 : hostOf(ask.providerInFlight);
    wants.push(ask.cost, host, sharedOf(ask), ask.share?.weight ?? 0, ask.limits.length);
    for (const limit of ask.limits) wants.push(bucketOf(limit));
  }
  for (const [key, count] of counts ?? []) {
    if (hosts.find(key) === undefined) hosts.add(key, notAsked, 0, count);
  }
  const edgeLimit = caller && asks.find(({ edgeInFlight }) => edgeInFlight)?.edgeInFlight;
  return {
    keys: [...buckets.keys(), ...hosts.keys(), ...shared.keys()],
    plan: JSON.stringify({
      now: nowUs,
      buckets: buckets.fields,
      hosts: hosts.fields,
      shared: shared.fields,
      edge: caller?.edge ?? '',
      sequence: caller?.sequence ?? 0,
      open: caller?.inFlight ?? 0,
      edgeMax: edgeLimit?.max ?? -1,
      edgeShadow: edgeLimit?.mode === 'shadow' ? 1 : 0,
      asks: wants,
      consumers: asks.map(({ share }) => share?.consumer ?? ''),
    }),
  };
}

/** Keys, each once, with the fields that belong to them; positions count from 1 as Lua's do. */
class Listed {
  readonly fields: number[] = [];
  readonly #positions = new Map<string, number>();

  find(key: string): number | undefined {
    return this.#positions.get(key);
  }

  add(key: string, ...fields: readonly number[]): number {
    const position = this.#positions.size + 1;
    this.#positions.set(key, position);
    for (const field of fields) this.fields.push(field);
    return position;
  }

  keys(): Iterable<string> {
    return this.#positions.keys();
  }
}
