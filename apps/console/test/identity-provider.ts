import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findFreePort, ourEnvironment, ourProgram } from '@ssp/testing';
import { vi } from 'vitest';

const patience = { timeout: 60_000, interval: 100 };

/** Who may be there, by the name that the user names begin with; `nobody` has no role. */
const peopleOf = {
  billing: { role: 'billing', supplier: null },
  supplier: { role: 'supplier', supplier: 'Cedar Clinical' },
  auditor: { role: 'auditor', supplier: null },
  operator: { role: 'operator', supplier: null },
  nobody: { role: null, supplier: null },
} as const;
export type Who = keyof typeof peopleOf;
const whos = ['billing', 'supplier', 'auditor', 'operator', 'nobody'] as const satisfies readonly Who[];

/** A provider that is not running yet. */
export type TestIdentityProvider = {
  readonly issuer: string;
  readonly audience: string;
  /** Of everybody. */
  readonly password: string;
  readonly userOf: (who: Who) => string;
  /** All of them. */
  readonly users: ReadonlySet<string>;
  /** Gives what ends it; it ends with the resources too. */
  readonly start: (settings: {
    readonly consoleUrl: string;
    readonly clientSecretFile: string;
  }) => Promise<() => Promise<void>>;
};

/** The identity provider of the local stack, with people of its own; `folder` is an empty one. */
export async function testIdentityProvider(
  folder: string,
  {
    accessSeconds,
    nameOf = (who) => `Ms ${who}`,
  }: { readonly accessSeconds: number; readonly nameOf?: ((who: Who) => string) | undefined },
  resources: AsyncDisposableStack,
): Promise<TestIdentityProvider> {
  const run = randomUUID().slice(0, 8);
  const password = 'correct horse';
  const userOf = (who: string) => `${who}-${run}`;
  const people = whos.map((who) => ({
    user: userOf(who),
    name: nameOf(who),
    ...peopleOf[who],
    password,
  }));
  await writeFile(join(folder, 'people.json'), JSON.stringify(people));
  const port = await findFreePort();
  const issuer = `http://127.0.0.1:${port}`;
  const audience = 'urn:ssp:apis';
  return {
    issuer,
    audience,
    password,
    userOf,
    users: new Set(people.map(({ user }) => user)),
    start: async ({ consoleUrl, clientSecretFile }) => {
      const [program, entry] = ourProgram('tools/identity-provider/src/main.ts');
      const provider = spawn(program, [entry], {
        env: ourEnvironment({
          LISTEN_PORT: String(port),
          IDENTITY_FOLDER: folder,
          IDENTITY_AUDIENCE: audience,
          IDENTITY_CONSOLE_URL: consoleUrl,
          IDENTITY_CLIENT_SECRET_FILE: clientSecretFile,
          IDENTITY_ACCESS_SECONDS: String(accessSeconds),
        }),
        stdio: 'ignore',
      });
      const ended = once(provider, 'exit');
      const stop = async () => {
        provider.kill('SIGTERM');
        await ended;
      };
      resources.defer(stop);
      await vi.waitFor(() => fetch(`${issuer}/.well-known/openid-configuration`), patience);
      return stop;
    },
  };
}
