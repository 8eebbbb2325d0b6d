import { expect, test } from 'vitest';
import { z } from 'zod';
import { adminEnvironment, toAdminListener } from './admin-environment.ts';
import { readConfig } from './load-config.ts';

const Admin = z.object(adminEnvironment(9_100)).transform(toAdminListener);
const files = { ADMIN_TLS_CERT_FILE: 'a.pem', ADMIN_TLS_KEY_FILE: 'a.key', ADMIN_TLS_CA_FILE: 'ca.pem' };

test('by itself it is plain, and reached from this machine alone', () => {
  expect(readConfig(Admin, {})).toEqual({ host: '127.0.0.1', port: 9_100, tls: null });
  const elsewhere = { ADMIN_HOST: '::1', ADMIN_PORT: '0' };
  expect(readConfig(Admin, elsewhere)).toEqual({ host: '::1', port: 0, tls: null });
});

test('beyond loopback it speaks TLS', () => {
  const env = { ADMIN_HOST: '0.0.0.0', ADMIN_TLS_CALLER_NAMES: 'console, prometheus', ...files };
  expect(readConfig(Admin, env)).toEqual({
    host: '0.0.0.0',
    port: 9_100,
    tls: { certFile: 'a.pem', keyFile: 'a.key', caFile: 'ca.pem', callerNames: ['console', 'prometheus'] },
  });
});

const needed = 'ADMIN_TLS_CERT_FILE, ADMIN_TLS_KEY_FILE and ADMIN_TLS_CA_FILE';

test.for([
  [
    'beyond loopback in the clear',
    { ADMIN_HOST: '0.0.0.0' },
    `ADMIN_HOST is wrong: beyond loopback the listener needs ${needed}`,
  ],
  [
    'a certificate by itself',
    { ADMIN_TLS_CERT_FILE: 'a.pem' },
    'ADMIN_TLS_CERT_FILE is wrong: certificate, key and CA belong together',
  ],
  [
    'callers without certificates',
    { ADMIN_TLS_CALLER_NAMES: 'console' },
    `ADMIN_TLS_CALLER_NAMES is wrong: callers have names only with ${needed}`,
  ],
] as const)('a fault of the environment: %s', ([, env, message]) => {
  expect(() => readConfig(Admin, env)).toThrow(message);
});
