import { ConfigError, readConfig } from '@ssp/service';
import { expect, test } from 'vitest';
import { ThrottleConfig } from './config.ts';

test.for([
  { env: { REDIS_URL: 'redis://a:1' }, urls: ['redis://a:1'], cluster: false },
  { env: { REDIS_URL: 'redis://a:1', REDIS_CLUSTER: 'true' }, urls: ['redis://a:1'], cluster: true },
  { env: { REDIS_URL: 'rediss://a:1, rediss://b:2' }, urls: ['rediss://a:1', 'rediss://b:2'], cluster: true },
])('$env is read as $urls, a cluster: $cluster', ({ env, urls, cluster }) => {
  expect(readConfig(ThrottleConfig, env).redis).toMatchObject({ urls, cluster, timeoutMs: 50 });
});

test.for(['http://a:1', 'redis://a:1,', 'redis://a:1,b:2', ''])('%j is no address of Redis', (url) => {
  expect(() => readConfig(ThrottleConfig, { REDIS_URL: url })).toThrow(ConfigError);
});
