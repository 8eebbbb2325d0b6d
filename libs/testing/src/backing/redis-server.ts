import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Leash } from '../leash/leash.ts';
import { findProgram } from './find-program.ts';
import { installPrograms, type ProgramNeed } from './install-programs.ts';
import { claimPort } from './local-port.ts';
import { type LocalProgram, startOnPort, startProgram } from './local-program.ts';

/** A Redis of its own, which a test may kill, stop and start again on the same address. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly program: LocalProgram;
}

type RedisTlsFiles = { readonly ca: string; readonly cert: string; readonly key: string };

/** How a server is run. It listens on loopback only, asks no password unless told to, and takes no snapshots. */
export interface RedisServerOptions {
  /** Data and the port; kept by the next start. */
  readonly dir: string;
  readonly logFile: string;
  /** Further settings, by their names in redis.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Paths of PEM files; with them it speaks TLS alone, and to those who show a certificate of this CA. */
  readonly tls?: RedisTlsFiles;
  /** An account that may PING, where `settings` lets nobody in without one. */
  readonly login?: { readonly user: string; readonly password: string };
  readonly leash: Leash;
}

/** What a Redis of this machine needs installed. */
export const redisNeed: ProgramNeed = {
  program: 'redis-server',
  debianPackage: 'redis-server',
  find: () => findProgram('redis-server'),
};

/** Installs the program where it is missing, as it may be where the backing services are containers. */
export async function ensureRedis(dir: string): Promise<void> {
  await installPrograms([redisNeed], {
    dir,
    report: (line) => process.stderr.write(`${line}\n`),
    advice: 'some tests start their own: install redis-server.',
  });
}

/** Starts the program redis-server of this machine, which is installed first where it is missing. It is stopped with `resources`. */
export async function startRedisServer(
  { dir, logFile, settings = {}, tls, login, leash }: RedisServerOptions,
  resources: AsyncDisposableStack,
): Promise<RedisServer> {
  await mkdir(dir, { recursive: true });
  await ensureRedis(dir);
  const command = (await findProgram('redis-server')) ?? 'redis-server';
  return startOnPort(
    () => claimPort(join(dir, 'port')),
    async (port) => {
      const url = `${tls === undefined ? 'redis' : 'rediss'}://127.0.0.1:${port}`;
      const program = await startProgram(
        {
          command,
          args: Object.entries({
            ...portSettings(port, tls),
            bind: '127.0.0.1',
            'protected-mode': 'yes',
            dir,
            save: '',
            daemonize: 'no',
            ...settings,
          }).flatMap(([name, value]) => [`--${name}`, value]),
          options: { name: 'Redis', cwd: dir },
          logFile,
          check: () => checkRedis(url, tls, login),
        },
        leash,
        resources,
      );
      return { url, port, program };
    },
  );
}

function portSettings(port: number, tls: RedisTlsFiles | undefined): Readonly<Record<string, string>> {
  if (tls === undefined) return { port: String(port) };
  return {
    port: '0',
    'tls-port': String(port),
    'tls-ca-cert-file': tls.ca,
    'tls-cert-file': tls.cert,
    'tls-key-file': tls.key,
  };
}

/** Rejects unless the Redis at this address answers. */
export async function checkRedis(
  url: string,
  tls?: RedisTlsFiles,
  login?: RedisServerOptions['login'],
): Promise<void> {
  const client = new Redis(url, {
    ...(login !== undefined && { username: login.user, password: login.password }),
    ...(tls !== undefined && {
      tls: { ca: readFileSync(tls.ca), cert: readFileSync(tls.cert), key: readFileSync(tls.key) },
    }),
    lazyConnect: true,
    disableClientInfo: true,
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
