import { expect, test } from 'vitest';
import { z } from 'zod';
import { postgresEnvironment, toPostgresConfig } from './postgres-environment.ts';

const Environment = z.object(postgresEnvironment);

test('the variables become one value', () => {
  const env = Environment.parse({
    POSTGRES_URL: 'postgres://audit@db:5432/ssp',
    POSTGRES_PASSWORD_FILE: '/run/pw',
  });
  expect(toPostgresConfig(env, 'audit-writer')).toEqual({
    url: 'postgres://audit@db:5432/ssp',
    passwordFile: '/run/pw',
    poolSize: 10,
    role: null,
    applicationName: 'audit-writer',
  });
});

test.for([
  { fault: 'a password in the URL', url: 'postgres://audit:secret@db/ssp' },
  { fault: 'another protocol', url: 'https://db/ssp' },
  { fault: 'no URL', url: 'db' },
])('$fault is refused', ({ url }) => {
  expect(Environment.safeParse({ POSTGRES_URL: url }).success).toBe(false);
});

test.for([
  { role: 'ssp_authz_read', taken: true },
  // It becomes an option of the connection.
  { role: 'a -c log_statement=none', taken: false },
])('the role $role is taken: $taken', ({ role, taken }) => {
  const env = { POSTGRES_URL: 'postgres://db/ssp', POSTGRES_ROLE: role };
  expect(Environment.safeParse(env).success).toBe(taken);
});
