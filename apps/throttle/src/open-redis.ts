import { readFile } from 'node:fs/promises';
import { type Service } from '@ssp/service';
import { Redis } from 'ioredis';
import { type ThrottleConfig } from './config.ts';

const connectTimeoutMs = 1_000;
const silenceMsMax = 1_000;
const reconnectMsMax = 500;

/**
 * Connects to Redis and keeps trying for as long as the service runs; readiness follows the connection.
 * A command fails at once while there is no connection, and after `timeoutMs` while there is no answer.
 */
export async function openRedis(
  { url, passwordFile, timeoutMs }: ThrottleConfig['redis'],
  { resources, health, log }: Service,
): Promise<Redis> {
  const password = passwordFile === undefined ? undefined : (await readFile(passwordFile, 'utf8')).trim();
  const redis = resources.adopt(
    new Redis(url, {
      ...(password !== undefined && { password }),
      lazyConnect: true,
      connectTimeout: connectTimeoutMs,
      commandTimeout: timeoutMs,
      // Without this a connection cut off in the network would look alive for a quarter of an hour.
      socketTimeout: silenceMsMax,
      enableOfflineQueue: false,
      // A batch that was sent may have been counted: it is given up, never sent again.
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (times) => Math.min(times * 50, reconnectMsMax),
    }),
    (it) => it.disconnect(),
  );
  let connected = true;
  redis.on('ready', () => {
    connected = true;
    log.info('redis connected');
  });
  redis.on('error', (err) => {
    // One line an outage, not one an attempt.
    if (connected) log.warn({ err }, 'redis lost');
    connected = false;
  });
  health.addCheck('redis', () => redis.ping());
  await redis.connect().catch(() => {});
  return redis;
}
