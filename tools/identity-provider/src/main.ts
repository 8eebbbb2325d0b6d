import { once } from 'node:events';
import { ConfigError, loadConfig } from '@ssp/service';
import { ProviderConfig } from './config.ts';
import { startIdentityProvider } from './identity-provider.ts';

const drainMs = 5_000;

async function run(): Promise<void> {
  const config = loadConfig(ProviderConfig);
  const stop = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await using resources = new AsyncDisposableStack();
  const { host, port, issuer } = await startIdentityProvider(config, resources);
  process.stdout.write(
    `${JSON.stringify({ msg: 'identity provider open', issuer, listen: { host, port } })}\n`,
  );
  await stop;
  setTimeout(() => process.exit(1), drainMs).unref();
}

await run().catch((error: unknown) => {
  process.stderr.write(
    `identity provider: ${error instanceof ConfigError ? error.message : String(error)}\n`,
  );
  process.exitCode = error instanceof ConfigError ? 2 : 1;
});
