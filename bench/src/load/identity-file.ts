import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { benchPaths, repositoryRoot } from '../paths.ts';
import { type PlatformCard } from '../platform/platform-card.ts';

/** Writes the good consumer's certificate chain and key into the one file that ab wants; it goes with `resources`. */
export async function writeIdentity(
  { consumers: { good } }: PlatformCard,
  resources: AsyncDisposableStack,
): Promise<string> {
  const parts = await Promise.all(
    [good.cert, good.key].map((file) => readFile(join(repositoryRoot, file), 'utf8')),
  );
  const file = join(benchPaths.work, 'consumer.pem');
  await writeFile(file, parts.join('\n'), { mode: 0o600 });
  resources.defer(() => rm(file, { force: true }));
  return file;
}
