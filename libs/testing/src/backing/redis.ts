import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError } from '../setup-error.ts';
import type { BackingContext, BackingPart, BackingService } from './backing-part.ts';
import { startContainer } from './container.ts';
import { checkRedis, redisNeed, startRedisServer } from './redis-server.ts';

/** A Redis server; local ones listen on loopback only and ask no password. */
export interface RedisService extends BackingService {
  readonly url: string;
}

/** The Redis of the backing services. */
export function redisPart(context: BackingContext): BackingPart<RedisService> {
  const { redisUrl } = context.environment;
  return {
    name: 'Redis',
    image: { name: 'redis:8' },
    needs: () => Promise.resolve([redisNeed]),
    fromEnvironment: redisUrl === undefined ? undefined : () => reachRedis(redisUrl),
    startContainer: () => startRedisContainer(context),
    startLocal: () => startLocalRedis(context),
  };
}

async function reachRedis(url: string): Promise<RedisService> {
  await checkRedis(url).catch((cause: unknown) => {
    throw new SetupError(`SSP_REDIS_URL: ${new URL(url).host} does not answer.`, { cause });
  });
  return { url, source: 'environment', program: undefined };
}

async function startRedisContainer(context: BackingContext): Promise<RedisService> {
  const dir = join(context.dir, 'redis');
  await mkdir(dir, { recursive: true });
  const port = await startContainer(
    {
      name: 'Redis',
      dir,
      image: 'redis:8',
      port: 6379,
      environment: () => ({}),
      command: ['redis-server', '--appendonly', context.durable ? 'yes' : 'no', '--save', ''],
      dataPath: '/data',
      check: (hostPort) => checkRedis(`redis://127.0.0.1:${hostPort}`),
    },
    context,
  );
  return { url: `redis://127.0.0.1:${port}`, source: 'container', program: undefined };
}

async function startLocalRedis(context: BackingContext): Promise<RedisService> {
  const server = await startRedisServer(
    {
      dir: join(context.dir, 'redis'),
      logFile: join(context.dir, 'redis.log'),
      settings: { appendonly: context.durable ? 'yes' : 'no' },
      leash: context.leash,
    },
    context.resources,
  );
  return { url: server.url, source: 'local', program: server.program };
}
