import { type CallerReport, type CounterBatch } from './counters.ts';
import { reservedUs } from './fair-share.ts';
import { costUs } from './gcra.ts';
import { isHashed, type KeptIn } from './kept-in.ts';
import { type LimitMode, type ResolvedAsk, type ResolvedLimit } from './resolved-limits.ts';

/** Redis's own clock: one for all copies of the service, so that no two of them disagree about the time. */
const redisClock = 0;

/** Most in flight of a host that is only reported and not asked about: it is counted, and nobody is judged by it. */
const notAsked = 0;

/** A bucket as one batch meets it. */
export type PlannedBucket = {
  readonly limit: ResolvedLimit;
  /** Among all buckets of the batch, from 1 as Lua counts. */
  position: number;
  /** What all asks of the batch take of it together, if all are admitted. */
  takenUs: number;
  /** The part, in microseconds, that only shares reach into. */
  reserved: number;
  /** What is left of it, in microseconds, while the answer is read. */
  leftUs: number;
};

/** A batch as take.lua reads it. */
export type TakePlan = {
  readonly keys: readonly string[];
  /** What is read, and whether all may be admitted at once. */
  readonly plan: string;
  /** What deciding ask by ask needs besides. */
  readonly detail: string;
  /** By position. */
  readonly buckets: readonly PlannedBucket[];
  /** The bucket of every limit of every ask, one ask after the other. */
  readonly met: readonly PlannedBucket[];
};

/** A provider whose exchanges in flight are counted, as one batch meets it. */
type PlannedHost = {
  readonly position: number;
  readonly max: number;
  readonly shadow: 0 | 1;
  /** What the caller says it has open there; -1 where it says nothing. */
  readonly told: number;
  asks: number;
};

/** Writes a batch as the keys and the texts that take.lua reads. */
export function planOf(batch: CounterBatch, kept: KeptIn): TakePlan {
  const { asks, caller, nowUs = redisClock } = batch;
  const { hashed, own, met } = meet(asks, kept);
  const buckets = own.length === 0 ? hashed : [...hashed, ...own];
  let position = 0;
  for (const bucket of buckets) bucket.position = position += 1;
  const hosts = hostsOf(asks, caller);
  const shares: { readonly keys: string[]; readonly fields: number[] } = { keys: [], fields: [] };
  const wants: number[] = [];
  let next = 0;
  for (const ask of asks) {
    const { limits, providerInFlight: open, cost } = ask;
    const host = open === null ? 0 : (hosts.get(open.key)?.position ?? 0);
    wants.push(cost, host, shareOf(ask, met, next, shares), ask.share?.weight ?? 0, limits.length);
    for (const end = next + limits.length; next < end; next += 1) wants.push(met[next]?.position ?? 0);
  }
  const rooms: number[] = [];
  const figures: number[] = [];
  for (const { limit, reserved, takenUs } of buckets) {
    const { intervalUs, burst } = limit.limit;
    rooms.push(intervalUs * burst - reserved, takenUs);
    figures.push(intervalUs, burst, flagOf(limit.mode));
  }
  const fields: string[] = [];
  for (const { limit } of hashed) fields.push(limit.key);
  const open: number[] = [];
  const shadows: number[] = [];
  for (const [key, host] of hosts) {
    fields.push(key);
    open.push(host.max, host.told, host.asks);
    shadows.push(host.shadow);
  }
  const edgeLimit = caller && asks.find(({ edgeInFlight }) => edgeInFlight)?.edgeInFlight;
  const plan = {
    now: nowUs,
    period: kept.periodUs,
    fields,
    rooms,
    hosts: open,
    edge: caller?.edge ?? '',
    sequence: caller?.sequence ?? 0,
    whole: !edgeLimit || caller.inFlight + asks.length <= edgeLimit.max,
  };
  const detail = {
    buckets: figures,
    hosts: shadows,
    shared: shares.fields,
    sharedKeys: shares.keys.map(kept.ownKey),
    open: caller?.inFlight ?? 0,
    edgeMax: edgeLimit?.max ?? -1,
    edgeShadow: edgeLimit ? flagOf(edgeLimit.mode) : 0,
    asks: wants,
    consumers: shares.keys.length === 0 ? [] : asks.map(({ share }) => share?.consumer ?? ''),
  };
  return {
    keys: [kept.current, kept.before, ...own.map(({ limit }) => kept.ownKey(limit.key))],
    plan: JSON.stringify(plan),
    detail: JSON.stringify(detail),
    buckets,
    met,
  };
}

/** The buckets of a batch, each once, and those that its asks meet, in their order. */
function meet(asks: readonly ResolvedAsk[], kept: KeptIn) {
  const hashed: PlannedBucket[] = [];
  const own: PlannedBucket[] = [];
  const met: PlannedBucket[] = [];
  const known = new Map<string, PlannedBucket>();
  for (const { limits, cost } of asks) {
    for (const limit of limits) {
      let bucket = known.get(limit.key);
      if (bucket === undefined) {
        bucket = { limit, position: 0, takenUs: 0, reserved: 0, leftUs: 0 };
        known.set(limit.key, bucket);
        (isHashed(limit.limit, kept) ? hashed : own).push(bucket);
      }
      bucket.takenUs += costUs(limit.limit, cost);
      met.push(bucket);
    }
  }
  return { hashed, own, met };
}

/** Those asked about, then those only told of. */
function hostsOf(asks: readonly ResolvedAsk[], caller: CallerReport | null): Map<string, PlannedHost> {
  const hosts = new Map<string, PlannedHost>();
  const counts = caller?.counts;
  for (const { providerInFlight } of asks) {
    if (providerInFlight === null) continue;
    const { key, max, mode } = providerInFlight;
    const host = hosts.get(key);
    if (host) {
      host.asks += 1;
      continue;
    }
    const told = counts?.get(key) ?? -1;
    hosts.set(key, { position: hosts.size + 1, max, shadow: flagOf(mode), told, asks: 1 });
  }
  for (const [key, told] of counts ?? []) {
    if (!hosts.has(key))
      hosts.set(key, { position: hosts.size + 1, max: notAsked, shadow: 0, told, asks: 0 });
  }
  return hosts;
}

/** The place of an ask's share among those of the batch; 0 without one. `from` is where its buckets begin. */
function shareOf(
  { limits, share }: ResolvedAsk,
  met: readonly PlannedBucket[],
  from: number,
  { keys, fields }: { readonly keys: string[]; readonly fields: number[] },
): number {
  if (share === null) return 0;
  const gate = limits.findIndex(({ scope }) => scope === 'provider');
  const bucket = met[from + gate];
  if (gate < 0 || bucket === undefined) return 0;
  const known = keys.indexOf(share.key);
  if (known >= 0) return known + 1;
  bucket.reserved = reservedUs(bucket.limit.limit, share.below);
  fields.push(bucket.position, bucket.reserved);
  return keys.push(share.key);
}

function flagOf(mode: LimitMode): 0 | 1 {
  return mode === 'shadow' ? 1 : 0;
}
