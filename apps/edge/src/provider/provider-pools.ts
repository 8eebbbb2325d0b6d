import { type Logger } from 'pino';
import { type EdgeConfig } from '../config.ts';
import { type EdgeMetrics } from '../metrics.ts';
import { AnswerParts } from './answer-parts.ts';
import { ConnectionPool } from './connection-pool.ts';
import { dial, type KeptSession } from './dial.ts';
import { LegsUnderWay } from './legs-under-way.ts';
import { keepProviderCertificates } from './provider-certificates.ts';
import { ReadAhead } from './read-ahead.ts';

/** Warm mutual-TLS connections to the hosts of registered endpoints. */
export type ProviderPools = {
  /** The connections to a host whose certificate names `fqdn` too, unless that is null. */
  readonly of: (host: string, fqdn: string | null) => ConnectionPool;
  /** The exchanges under way, looked at for the time they take. */
  readonly legs: LegsUnderWay;
  /** What is read of their bodies before providers take it. */
  readonly readAhead: ReadAhead;
  /** What of their answers waits for consumers. */
  readonly parts: AnswerParts;
  readonly countRetry: () => void;
};

const checkTimeMs = 50;
const sweepMs = 1_000;

/** Dials a provider's host on port 443, or where `EDGE_CONNECT_TO` says. */
export function openProviderPools(
  config: EdgeConfig,
  metrics: EdgeMetrics,
  log: Logger,
  resources: AsyncDisposableStack,
): ProviderPools {
  const { provider } = config;
  const certificates = keepProviderCertificates(provider, log, resources);
  const pools = new Map<string, ConnectionPool>();
  const legs = new LegsUnderWay();
  const readAhead = new ReadAhead(provider.readAhead);
  const counts = {
    opened: () => metrics.providerConnects.inc({ outcome: 'opened' }),
    refused: () => metrics.providerConnects.inc({ outcome: 'failed' }),
  };
  const open = (host: string, fqdn: string | null) => {
    const address = provider.connectTo.get(`${host}:443`) ?? { host, port: 443 };
    const session: KeptSession = { ticket: null, verifiedAtMs: 0, generation: 0 };
    return new ConnectionPool(
      (dialled) => dial({ host, fqdn, address }, certificates(), session, dialled),
      provider.limits,
      () => certificates().generation,
      counts,
    );
  };

  const timer = setInterval(() => legs.checkTime(performance.now()), checkTimeMs);
  const parts = new AnswerParts();
  const sweeper = setInterval(() => {
    sweep(pools, metrics);
    metrics.readAheadBytes.set(readAhead.heldBytes);
    parts.sweep();
  }, sweepMs);
  resources.defer(async () => {
    await Promise.all(Array.from(pools.values(), (pool) => pool.close()));
    clearInterval(timer);
    clearInterval(sweeper);
  });

  return {
    of: (host, fqdn) => {
      const key = fqdn === null ? host : `${host} ${fqdn}`;
      const known = pools.get(key);
      if (known !== undefined) return known;
      const pool = open(host.toLowerCase(), fqdn);
      pools.set(key, pool);
      return pool;
    },
    legs,
    readAhead,
    parts,
    countRetry: () => metrics.providerRetries.inc(),
  };
}

/** Closes what is too old, forgets the pools of hosts that nobody asks for, and shows the sizes of the rest. */
function sweep(pools: Map<string, ConnectionPool>, metrics: EdgeMetrics): void {
  const nowMs = performance.now();
  const total = { busy: 0, idle: 0, dialling: 0, waiting: 0 };
  for (const [key, pool] of pools) {
    pool.sweep(nowMs);
    if (pool.isUnused) pools.delete(key);
    const { busy, idle, dialling, waiting } = pool.sizes;
    total.busy += busy;
    total.idle += idle;
    total.dialling += dialling;
    total.waiting += waiting;
  }
  metrics.providerConnections.set({ state: 'busy' }, total.busy);
  metrics.providerConnections.set({ state: 'idle' }, total.idle);
  metrics.providerConnections.set({ state: 'dialling' }, total.dialling);
  metrics.providerWaiting.set(total.waiting);
}
