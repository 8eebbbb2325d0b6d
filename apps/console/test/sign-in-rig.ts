import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PersonActed } from '@ssp/contracts';
import { connectKafka, consume } from '@ssp/kafka';
import { createService, readConfig } from '@ssp/service';
import { findFreePort, ourProgram } from '@ssp/testing';
import { backingServices } from '@ssp/testing/vitest';
import { vi } from 'vitest';
import { ConsoleConfig } from '../src/config.ts';
import { startConsole } from '../src/console.ts';
import { signedInEnvironment } from './signed-in.ts';
import { newVisitor, type Visitor } from './visitor.ts';

const patience = { timeout: 60_000, interval: 100 };
const password = 'correct horse';

/** A real identity provider and a real console before it, with people of this rig alone. */
export async function startSignInRig(
  resources: AsyncDisposableStack,
  overrides: Readonly<Record<string, string>> = {},
) {
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'sign-in-'))).path;
  const run = randomUUID().slice(0, 8);
  const roles = { billing: null, supplier: 'Supplier A', auditor: null, operator: null };
  const people = [
    ...Object.entries(roles).map(([role, supplier]) => ({
      user: `${role}-${run}`,
      name: `Ms ${role}`,
      role,
      supplier,
    })),
    { user: `nobody-${run}`, name: 'Nora Bell', role: null, supplier: null },
  ].map((person) => ({ ...person, password }));
  await writeFile(join(folder, 'people.json'), JSON.stringify(people));

  const [port, issuerPort] = [await findFreePort(), await findFreePort()];
  const origin = `http://127.0.0.1:${port}`;
  const issuer = `http://127.0.0.1:${issuerPort}`;
  const { env, cookieOf } = await signedInEnvironment(origin, resources);
  const config = readConfig(ConsoleConfig, {
    ...env,
    LISTEN_PORT: String(port),
    BILLING_API_URL: 'http://127.0.0.1:9',
    OIDC_ISSUER: issuer,
    ...overrides,
  });
  const service = createService('console', resources);
  await startConsole(config, service);

  const startProvider = async () => {
    const [program, entry] = ourProgram('tools/identity-provider/src/main.ts');
    const provider = spawn(program, [entry], {
      env: {
        IDENTITY_PORT: String(issuerPort),
        IDENTITY_FOLDER: folder,
        IDENTITY_CONSOLE_URL: origin,
        IDENTITY_CLIENT_SECRET_FILE: env.OIDC_CLIENT_SECRET_FILE,
        // Every page renews it.
        IDENTITY_ACCESS_SECONDS: '20',
      },
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
  };

  /** Comes to a page of the console, is led to the provider and signs in there. @returns the way back, not gone */
  async function wayBack(who: string, visitor: Visitor, path = '/usage'): Promise<string> {
    const form = await visitor.get(`${origin}${path}`);
    const [, action = ''] = /<form method="post" action="([^"]+)"/.exec(await form.text()) ?? [];
    const body = new URLSearchParams({ user: `${who}-${run}`, password });
    let answer = await visitor.ask(`${issuer}${action}`, { method: 'POST', body });
    for (let steps = 0; steps < 5; steps += 1) {
      const to = new URL(answer.headers.get('location') ?? '', issuer).href;
      if (to.startsWith(`${origin}/sign-in/back?`)) return to;
      answer = await visitor.ask(to);
    }
    throw new Error('the provider does not lead back');
  }

  async function signIn(who: string, path = '/usage') {
    const visitor = newVisitor();
    const page = await visitor.get(await wayBack(who, visitor, path));
    return { visitor, page, html: await page.text() };
  }

  return {
    origin,
    issuer,
    run,
    startProvider,
    signIn,
    wayBack,
    cookieOf,
    acts: await readActs(run, resources),
  };
}

/** What the audit is told of people. */
async function readActs(run: string, resources: AsyncDisposableStack) {
  const { log, metrics } = createService('console-test', resources);
  const acts: PersonActed[] = [];
  await consume(
    connectKafka({ brokers: backingServices().kafka.brokers, clientId: 'console-test', tls: null }, log),
    {
      groupId: `console-test-${run}`,
      topics: [PersonActed.topic],
      minBytes: 1,
      maxWaitMs: 100,
      handle: async ({ records }) => {
        for (const { value } of records) {
          if (value.includes(PersonActed.type)) acts.push(PersonActed.decode(value));
        }
        return { nextOffset: (records.at(-1)?.offset ?? -1n) + 1n };
      },
    },
    log,
    metrics,
    resources,
  );
  return {
    /** What those of this rig have done, in its order: the partitions of a topic know none. */
    ofPeople: () =>
      acts
        .filter(({ data }) => data.who.subject?.endsWith(run))
        .toSorted((one, other) => one.time.localeCompare(other.time))
        .map(({ data }) => [data.action, data.who.subject]),
    /** Whether anybody was refused for this reason. */
    areRefusedFor: (reason: string) =>
      acts.some(({ data }) => data.action === 'sign-in-refused' && data.what['reason'] === reason),
  };
}
