import { readConfig } from '@ssp/service';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { platformEnvironment, toPlatformConfig } from './platform-config.ts';

const Config = z.object(platformEnvironment).transform((env) => toPlatformConfig(env));

test('services are read with their addresses, and all use the same certificates', () => {
  const config = readConfig(Config, {
    CONSOLE_SERVICES: 'edge-1=https://10.0.0.1:9101, authz=http://[::1]:9102 ,',
    PLATFORM_CA_FILE: 'ca.pem',
    AUDIT_API_URL: 'https://audit:7003',
  });
  const files = { caFile: 'ca.pem', certFile: null, keyFile: null };
  expect(config).toEqual({
    auditApi: { url: 'https://audit:7003', timeoutMs: 10_000, ...files },
    authzApi: null,
    throttleApi: null,
    watch: {
      services: [
        { name: 'edge-1', url: 'https://10.0.0.1:9101' },
        { name: 'authz', url: 'http://[::1]:9102' },
      ],
      timeoutMs: 3_000,
      ...files,
    },
  });
});

test.for(['edge', 'edge=9101', 'edge=ftp://x', '=http://x', 'Edge 1=http://x', 'edge=http://'])(
  '%s is no service',
  (text) => {
    expect(() => readConfig(Config, { CONSOLE_SERVICES: text })).toThrow(
      /CONSOLE_SERVICES.*write a service as/,
    );
  },
);

test('without services none are watched', () => {
  expect(readConfig(Config, {}).watch).toBeNull();
});
