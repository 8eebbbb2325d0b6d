import { randomUUID } from 'node:crypto';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PersonActed, topics } from '@ssp/contracts';
import { boundsReader, connectKafka, consume, ensureTopics } from '@ssp/kafka';
import { createService, readConfig } from '@ssp/service';
import { findFreePort } from '@ssp/testing';
import { backingServices } from '@ssp/testing/vitest';
import { ConsoleConfig } from '../src/config.ts';
import { startConsole } from '../src/console.ts';
import { testIdentityProvider, type Who } from './identity-provider.ts';
import { signedInEnvironment } from './signed-in.ts';
import { newVisitor, type Visitor } from './visitor.ts';

/** A real identity provider and a real console before it, with people of this rig alone. */
export async function startSignInRig(
  resources: AsyncDisposableStack,
  overrides: Readonly<Record<string, string>> = {},
) {
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'sign-in-'))).path;
  // So short that every page renews it.
  const provider = await testIdentityProvider(folder, { accessSeconds: 20 }, resources);
  const { issuer, password, userOf } = provider;
  const origin = `http://127.0.0.1:${await findFreePort()}`;
  const { env, cookieOf } = await signedInEnvironment(origin, resources);
  const config = readConfig(ConsoleConfig, {
    ...env,
    LISTEN_PORT: new URL(origin).port,
    BILLING_API_URL: 'http://127.0.0.1:9',
    OIDC_ISSUER: issuer,
    ...overrides,
  });
  const service = createService('console', resources);
  await startConsole(config, service);

  const startProvider = () =>
    provider.start({ consoleUrl: origin, clientSecretFile: env.OIDC_CLIENT_SECRET_FILE });

  /** Comes to a page of the console, is led to the provider and signs in there. @returns the way back, not gone */
  async function wayBack(who: Who, visitor: Visitor, path = '/usage'): Promise<string> {
    const form = await visitor.get(`${origin}${path}`);
    const [, action = ''] = /<form method="post" action="([^"]+)"/.exec(await form.text()) ?? [];
    const body = new URLSearchParams({ user: userOf(who), password });
    let answer = await visitor.ask(`${issuer}${action}`, { method: 'POST', body });
    for (let steps = 0; steps < 5; steps += 1) {
      const to = new URL(answer.headers.get('location') ?? '', issuer).href;
      if (to.startsWith(`${origin}/sign-in/back?`)) return to;
      answer = await visitor.ask(to);
    }
    throw new Error('the provider does not lead back');
  }

  async function signIn(who: Who, path = '/usage') {
    const visitor = newVisitor();
    const page = await visitor.get(await wayBack(who, visitor, path));
    return { visitor, page, html: await page.text() };
  }

  return {
    origin,
    issuer,
    userOf,
    startProvider,
    signIn,
    wayBack,
    cookieOf,
    acts: await readActs(provider.users, resources),
  };
}

/** What the audit is told of people. */
async function readActs(ours: ReadonlySet<string>, resources: AsyncDisposableStack) {
  const { log, metrics } = createService('console-test', resources);
  const acts: PersonActed[] = [];
  const { brokers } = backingServices().kafka;
  const connection = connectKafka({ brokers, clientId: 'console-test', tls: null }, log);
  await ensureTopics(connection, topics);
  const bounds = await boundsReader(connection, new AbortController().signal, resources)(PersonActed.topic);
  await consume(
    connection,
    {
      groupId: `console-test-${randomUUID()}`,
      topics: [PersonActed.topic],
      minBytes: 1,
      maxWaitMs: 100,
      handle: async ({ partition, records }) => {
        // What other tests have published before is left out.
        const begin = bounds.find((it) => it.partition === partition)?.end ?? 0n;
        if ((records.at(-1)?.offset ?? -1n) < begin) return { nextOffset: begin };
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
        .filter(({ data }) => ours.has(data.who.subject ?? ''))
        .toSorted((one, other) => one.time.localeCompare(other.time))
        .map(({ data }) => [data.action, data.who.subject]),
    /** How many were refused for this reason. */
    refusedFor: (reason: string) =>
      acts.filter(({ data }) => data.action === 'sign-in-refused' && data.what['reason'] === reason).length,
  };
}
