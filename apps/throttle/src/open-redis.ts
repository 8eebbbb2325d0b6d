import { readFile } from 'node:fs/promises';
import { readLinkFiles, type Service } from '@ssp/service';
import { Cluster, Redis } from 'ioredis';
import { type ThrottleConfig } from './config.ts';

/** Redis, or a Redis Cluster: keys of one call lie in one slot. */
export type RedisLink = Redis | Cluster;

/** A connection, with what keeps it from standing. */
export type OpenRedis = {
  readonly redis: RedisLink;
  /** What the last attempt to connect met; undefined while the connection stands. */
  readonly connectionFault: () => string | undefined;
};

const connectTimeoutMs = 1_000;
const silenceMsMax = 1_000;
const slotsRefreshMs = 2_000;
/** For MOVED and ASK. What takes more hops than these is moving too fast to wait for. */
const redirectionsMax = 4;

/**
 * Connects to Redis and keeps trying for as long as the service runs.
 * A command fails at once while there is no connection, and after `commandTimeoutMs` while there is no answer.
 */
export async function openRedis(
  { urls, cluster, passwordFile, files }: ThrottleConfig['redis'],
  commandTimeoutMs: number,
  { resources }: Pick<Service, 'resources'>,
): Promise<OpenRedis> {
  const password = passwordFile === undefined ? undefined : (await readFile(passwordFile, 'utf8')).trim();
  const [first = ''] = urls;
  const isOverTls = first.startsWith('rediss:');
  const options = {
    ...userOf(first),
    ...(password !== undefined && { password }),
    ...(isOverTls && { tls: readLinkFiles(files) }),
    // Its account may do no more than it must, and a name for the list of clients is not that.
    disableClientInfo: true,
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    // Without this a connection cut off in the network would look alive for a quarter of an hour.
    socketTimeout: silenceMsMax,
    // A batch that was sent may have been counted: it is given up, never sent again.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // A former primary behind the same address: the next connection finds the new one.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  };
  const redis = cluster
    ? new Cluster([...urls], {
        redisOptions: options,
        lazyConnect: true,
        enableOfflineQueue: false,
        clusterRetryStrategy: reconnectDelayMs,
        maxRedirections: redirectionsMax,
        slotsRefreshInterval: slotsRefreshMs,
        slotsRefreshTimeout: connectTimeoutMs,
        // Nought: a batch that met a lost node is not sent again to another one.
        retryDelayOnFailover: 0,
        retryDelayOnClusterDown: 0,
        // Over TLS a node is dialled by the name that its certificate bears.
        ...(isOverTls && { dnsLookup: (name, found) => found(null, name) }),
      })
    : new Redis(withoutUser(first), {
        ...options,
        lazyConnect: true,
        enableOfflineQueue: false,
        retryStrategy: reconnectDelayMs,
      });
  resources.adopt(redis, (it) => it.disconnect());
  let fault: string | undefined;
  const remember = (error: Error) => void (fault = rootOf(error).message);
  // Told with an outage, once, and not with every attempt; without a listener ioredis would write to the console.
  redis.on('error', remember).on('node error', remember);
  redis.on('ready', () => void (fault = undefined));
  await redis.connect().catch(() => undefined);
  return { redis, connectionFault: () => fault };
}

/** Where no node of a cluster is to be had, what the last one met. */
function rootOf(error: Error): Error {
  return 'lastNodeError' in error && error.lastNodeError instanceof Error ? error.lastNodeError : error;
}

/** Not all at once: many processes lose the same Redis at the same moment. */
function reconnectDelayMs(): number {
  return 100 + Math.random() * 400;
}

/** The client would take a user without a password for one whose password is empty, whatever else it is told. */
function withoutUser(url: string): string {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  return plain.href;
}

/** The user of every node, also of those that the first ones name. */
function userOf(url: string) {
  const { username, password } = new URL(url);
  return {
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
  };
}
