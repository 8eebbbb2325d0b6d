import { randomUUID } from 'node:crypto';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createService, readConfig } from '@ssp/service';
import { findFreePort, listenOnLoopback, type PostgresAddress } from '@ssp/testing';
import express from 'express';
import { createServer } from 'node:http';
import { connectApi } from '../src/api.ts';
import { ConsoleConfig } from '../src/config.ts';
import { startConsole } from '../src/console.ts';
import { pagesOf } from '../src/pages.ts';
import { type Role } from '../src/person.ts';
import { connectPlatform } from '../src/platform-sources.ts';
import { protectReader } from '../src/protect-reader.ts';
import { createRender, frameworkDirectory } from '../src/render.ts';
import { renderFault, renderNotFound, servePages } from '../src/serve-pages.ts';
import { testIdentityProvider, type Who } from './identity-provider.ts';
import { sampleExchanges } from './sample-exchanges.ts';
import { startSamplePlatform } from './sample-platform.ts';
import { signedInEnvironment } from './signed-in.ts';

type ConsoleRigSettings = {
  readonly postgres: PostgresAddress;
  readonly brokers: readonly string[];
  /** What the ids of the sample follow from; others each time unless given. */
  readonly salt?: string;
  /** What people are called. */
  readonly nameOf?: (who: Who) => string;
  /** Whose live state is shown; billing's query API and one that is not there unless given. */
  readonly services?: string;
  /** Whether billing holds months against the audit. Only where nobody else has exchanges in the topics. */
  readonly reconciles?: boolean;
};

/** The console as it runs in production, before the real audit and billing on a sample of exchanges. */
export async function startConsoleRig(
  { postgres, brokers, salt = randomUUID(), nameOf, services, reconciles = false }: ConsoleRigSettings,
  resources: AsyncDisposableStack,
) {
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'console-'))).path;
  const sample = sampleExchanges(salt);
  const identity = await testIdentityProvider(folder, { accessSeconds: 300, nameOf }, resources);
  const port = await findFreePort();
  const origin = `http://127.0.0.1:${port}`;
  const { env, cookieOf } = await signedInEnvironment(origin, resources);
  const openId = { OIDC_ISSUER: identity.issuer, OIDC_AUDIENCE: identity.audience };
  const [platform] = await Promise.all([
    startSamplePlatform({ postgres, brokers, sample, folder, openId, reconciles }, resources),
    identity.start({ consoleUrl: origin, clientSecretFile: env.OIDC_CLIENT_SECRET_FILE }),
  ]);
  const config = readConfig(ConsoleConfig, {
    ...env,
    OIDC_ISSUER: identity.issuer,
    LISTEN_PORT: String(port),
    BILLING_API_URL: platform.billing.url,
    AUDIT_API_URL: platform.auditUrl,
    AUTHZ_API_URL: platform.authzUrl,
    THROTTLE_API_URL: platform.throttleUrl,
    CONSOLE_SERVICES: services ?? `billing-query-api=${platform.billing.adminUrl},nowhere=http://127.0.0.1:1`,
  });
  const service = createService('console', resources);
  await startConsole(config, service);
  const person = {
    name: 'Bilal',
    role: 'billing',
    supplier: null,
    accessToken: platform.tokens.billing,
  } as const;

  const pages = pagesOf({
    config,
    billing: connectApi('billing', config.billingApi, service),
    ...connectPlatform(config.platform, service),
  });
  /** The pages alone, for a person of a role. */
  const serveTo = async (role: Role, accessToken: string) => {
    const render = createRender();
    const app = express()
      .use(protectReader(origin))
      .use('/assets', express.static(fileURLToPath(new URL('../public', import.meta.url))))
      .use('/assets', express.static(join(frameworkDirectory, 'nhsuk')))
      .use('/assets', express.static(join(frameworkDirectory, 'nhsuk/assets')))
      .use(express.urlencoded({ extended: false }))
      .use((_req, res, next) => {
        res.locals['person'] = { name: 'Ada', role, supplier: null, accessToken };
        next();
      })
      .use(servePages(pages, render))
      .use(renderNotFound(pages, render))
      .use(renderFault(pages, render, service.log));
    const server = createServer(app);
    resources.defer(() => void server.close());
    return `http://127.0.0.1:${await listenOnLoopback(server)}`;
  };
  return {
    origin,
    /** Where people sign in to the console at `origin`. */
    identity,
    platform,
    sample,
    serveTo,
    /** Of somebody who does the billing, signed in a moment ago. */
    cookie: { ...(await cookieOf(person)), url: origin },
  };
}
