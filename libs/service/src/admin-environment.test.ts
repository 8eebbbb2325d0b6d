import { expect, test } from 'vitest';
import { z } from 'zod';
import { adminEnvironment, toAdminListener } from './admin-environment.ts';
import { ConfigError } from './load-config.ts';

const read = (env: Readonly<Record<string, string>>) =>
  toAdminListener(z.object(adminEnvironment(9_100)).parse(env));
const files = { ADMIN_TLS_CERT_FILE: 'a.pem', ADMIN_TLS_KEY_FILE: 'a.key', ADMIN_TLS_CA_FILE: 'ca.pem' };

test('by itself it is plain, and reached from this machine alone', () => {
  expect(read({})).toEqual({ host: '127.0.0.1', port: 9_100, tls: null });
  expect(read({ ADMIN_HOST: '::1', ADMIN_PORT: '0' })).toEqual({ host: '::1', port: 0, tls: null });
});

test('beyond loopback it speaks TLS', () => {
  expect(read({ ADMIN_HOST: '0.0.0.0', ADMIN_TLS_CALLER_NAMES: 'console, prometheus', ...files })).toEqual({
    host: '0.0.0.0',
    port: 9_100,
    tls: { certFile: 'a.pem', keyFile: 'a.key', caFile: 'ca.pem', callerNames: ['console', 'prometheus'] },
  });
});

test.for([
  ['beyond loopback in the clear', { ADMIN_HOST: '0.0.0.0' }, /^ADMIN_HOST: .*ADMIN_TLS_CERT_FILE/],
  ['a certificate by itself', { ADMIN_TLS_CERT_FILE: 'a.pem' }, /belong together/],
  ['callers without certificates', { ADMIN_TLS_CALLER_NAMES: 'console' }, /^ADMIN_TLS_CALLER_NAMES: /],
] as const)('a fault of the environment: %s', ([, env, message]) => {
  expect(() => read(env)).toThrow(ConfigError);
  expect(() => read(env)).toThrow(message);
});
