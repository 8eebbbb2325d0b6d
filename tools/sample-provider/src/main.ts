import { once } from 'node:events';
import { ConfigError, loadConfig } from '@ssp/service';
import { ProviderConfig } from './config.ts';
import { help } from './help.ts';
import { startSampleProvider } from './sample-provider.ts';

const drainMs = 5_000;

async function run(): Promise<void> {
  const config = loadConfig(ProviderConfig);
  const stop = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await using resources = new AsyncDisposableStack();
  const { port } = await startSampleProvider(config, resources);
  process.stdout.write(`sample provider on https://${config.host}:${port}\n`);
  await stop;
  setTimeout(() => process.exit(1), drainMs).unref();
}

if (process.argv.includes('--help')) process.stdout.write(help);
else {
  await run().catch((error: unknown) => {
    const text = error instanceof ConfigError ? `${error.message}\nSee --help.` : String(error);
    process.stderr.write(`sample provider: ${text}\n`);
    process.exitCode = error instanceof ConfigError ? 2 : 1;
  });
}
