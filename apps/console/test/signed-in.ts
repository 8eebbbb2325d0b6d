import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backingServices } from '@ssp/testing/vitest';
import { type Person } from '../src/person.ts';
import { readSeal } from '../src/sign-in/seal.ts';
import { type Session } from '../src/sign-in/session.ts';

/**
 * How people sign in, for tests that are about something else: the environment, with an identity provider that is not there, and the
 * sessions of people who have signed in.
 */
export async function signedInEnvironment(origin: string, resources: AsyncDisposableStack) {
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'signed-in-'))).path;
  const keyFile = join(folder, 'session-key');
  const secretFile = join(folder, 'secret');
  await writeFile(keyFile, randomBytes(32).toString('base64'));
  await writeFile(secretFile, randomUUID());
  const seal = readSeal(keyFile);
  return {
    env: {
      CONSOLE_URL: origin,
      OIDC_ISSUER: 'http://127.0.0.1:9',
      OIDC_CLIENT_ID: 'ssp-console',
      OIDC_CLIENT_SECRET_FILE: secretFile,
      CONSOLE_SESSION_KEY_FILE: keyFile,
      KAFKA_BROKERS: backingServices().kafka.brokers.join(','),
    },
    /** The cookie of somebody who signed in a moment ago, name and value. */
    cookieOf: async (person: Person, changes: Partial<Session> = {}) => {
      const now = Date.now();
      const session: Session = {
        kind: 'session',
        ...person,
        subject: person.name.toLowerCase(),
        accessUntilMs: now + 3_600_000,
        refreshToken: null,
        idToken: 'none',
        signedInMs: now,
        seenMs: now,
        formToken: 'f'.repeat(32),
        ...changes,
      };
      return { name: 'ssp-session-0', value: await seal.close(session) };
    },
  };
}
