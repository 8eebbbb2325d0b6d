import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type Leash } from '../leash/leash.ts';
import { findProgram } from './find-program.ts';
import { claimPort } from './local-port.ts';
import { type LocalProgram, startOnPort, startProgram } from './local-program.ts';

/** A Redis of its own, which a test may kill, stop and start again on the same address. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly program: LocalProgram;
}

/** How a server is run. It listens on loopback only, asks no password and takes no snapshots. */
export interface RedisServerOptions {
  /** Data and the port; kept by the next start. */
  readonly dir: string;
  readonly logFile: string;
  /** Further settings, by their names in redis.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly leash: Leash;
}

/** Starts the program redis-server of this machine. It is stopped with `resources`. */
export async function startRedisServer(
  { dir, logFile, settings = {}, leash }: RedisServerOptions,
  resources: AsyncDisposableStack,
): Promise<RedisServer> {
  await mkdir(dir, { recursive: true });
  const command = (await findProgram('redis-server')) ?? 'redis-server';
  return startOnPort(
    () => claimPort(join(dir, 'port')),
    async (port) => {
      const url = `redis://127.0.0.1:${port}`;
      const program = await startProgram(
        {
          command,
          args: Object.entries({
            port: String(port),
            bind: '127.0.0.1',
            'protected-mode': 'yes',
            dir,
            save: '',
            daemonize: 'no',
            ...settings,
          }).flatMap(([name, value]) => [`--${name}`, value]),
          options: { name: 'Redis', cwd: dir },
          logFile,
          check: () => checkRedis(url),
        },
        leash,
        resources,
      );
      return { url, port, program };
    },
  );
}

/** Rejects unless the Redis at this address answers. */
export async function checkRedis(url: string): Promise<void> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 2_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}
