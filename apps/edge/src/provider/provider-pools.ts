import { readFileSync } from 'node:fs';
import { buildConnector, type Dispatcher, Pool } from 'undici';
import { type EdgeConfig } from '../config.ts';

/** Warm mutual-TLS connections to the hosts of registered endpoints, one pool a host. */
export type ProviderPools = { readonly of: (host: string) => Dispatcher };

/** Dials a provider's host on port 443, verifying its chain and that its certificate names that host. */
export function openProviderPools(config: EdgeConfig, resources: AsyncDisposableStack): ProviderPools {
  const { provider, tls } = config;
  const dial = buildConnector({
    cert: readFileSync(provider.certFile),
    key: readFileSync(provider.keyFile),
    ca: readFileSync(provider.caFile),
    ciphers: tls.ciphers,
    minVersion: 'TLSv1.2',
    maxVersion: tls.maxVersion,
    rejectUnauthorized: true,
    timeout: provider.timeouts.connectMs,
    allowH2: false,
  });
  const connector: buildConnector.connector = (options, callback) => {
    const elsewhere = provider.connectTo.get(
      `${options.hostname}:${options.port === '' ? '443' : options.port}`,
    );
    const address = elsewhere === undefined ? {} : { hostname: elsewhere.host, port: String(elsewhere.port) };
    dial({ ...options, ...address, servername: options.hostname }, callback);
  };
  const pools = new Map<string, Pool>();
  resources.defer(async () => {
    await Promise.all(Array.from(pools.values(), (pool) => pool.close()));
  });
  const open = (host: string) =>
    new Pool(`https://${host}`, {
      connect: connector,
      connections: provider.connections,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: 60_000,
    });
  return {
    of: (host) => {
      const key = host.toLowerCase();
      const pool = pools.get(key) ?? open(key);
      pools.set(key, pool);
      return pool;
    },
  };
}
