import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BackingPart, BackingService } from './backing-part.ts';
import { askEngine } from './container-engine.ts';
import { withProgress } from './with-progress.ts';

/** How long to wait for images. */
export interface ImagePatience {
  /** Until the registry says its first word; engines themselves may wait for minutes. */
  readonly registryMs: number;
  /** Until the image is there. */
  readonly imageMs: number;
}

const usualPatience: ImagePatience = { registryMs: 10_000, imageMs: 300_000 };

type Image = BackingPart<BackingService>['image'];
type Report = (line: string) => void;

/** Gets an image where it is not there; tells why it is not to be had, and undefined where it is there. */
export async function obtainImage(
  engine: URL,
  image: Image,
  report: Report,
  { registryMs, imageMs } = usualPatience,
): Promise<string | undefined> {
  let isOver = false;
  const obtaining = {
    registryMs,
    // What goes on after patience is over is nobody's progress.
    report: (line: string) => {
      if (!isOver) report(line);
    },
  };
  try {
    const obtained =
      'dockerfileDir' in image ? build(engine, image, obtaining) : pull(engine, image.name, obtaining);
    // Whichever loses the race may still fail later, when nobody listens any more.
    obtained.catch(() => undefined);
    const late = delay(imageMs, undefined, { ref: false }).then(() => {
      throw new Error(`not within ${imageMs / 1000} s`);
    });
    await Promise.race([obtained, late]);
    return undefined;
  } catch (error) {
    const [reason = ''] = String(error instanceof Error ? error.message : error)
      .trim()
      .split('\n');
    return reason.trim();
  } finally {
    isOver = true;
  }
}

/** Whether the engine has an image by this name. */
export async function hasImage(engine: URL, name: string): Promise<boolean> {
  return (await askEngine(engine, 'GET', `/images/${name}/json`)).status === 200;
}

type Obtaining = { readonly report: Report; readonly registryMs: number };

async function pull(engine: URL, name: string, { report, registryMs }: Obtaining): Promise<void> {
  if (await hasImage(engine, name)) return;
  await withProgress(`Pulling ${name}`, report, async () => {
    // Whatever the registry says of it; a refusal the pull tells better.
    await askEngine(engine, 'GET', `/distribution/${name}/json`, registryMs).catch(() => {
      throw new Error(`the registry does not answer within ${registryMs / 1000} s`);
    });
    const { ImageName, getContainerRuntimeClient } = await import('testcontainers');
    const client = await getContainerRuntimeClient();
    await client.image.pull(ImageName.fromString(name));
  });
  // A pull that breaks off half-way ends like one that succeeds.
  if (!(await hasImage(engine, name))) throw new Error('the pull broke off');
}

/** Builds through the engine itself: testcontainers' own builder neither ends nor rejects when the engine refuses. */
async function build(
  engine: URL,
  image: { readonly name: string; readonly dockerfileDir: string },
  { report, registryMs }: Obtaining,
): Promise<void> {
  const dockerfile = await readFile(join(image.dockerfileDir, 'Dockerfile'), 'utf8');
  const base = /^FROM (\S+)$/m.exec(dockerfile)?.[1];
  if (base !== undefined) await pull(engine, base, { report, registryMs });
  const { getContainerRuntimeClient } = await import('testcontainers');
  const { dockerode } = (await getContainerRuntimeClient()).container;
  const work = async (): Promise<void> => {
    const context = { context: image.dockerfileDir, src: await readdir(image.dockerfileDir) };
    const progress = await dockerode.buildImage(context, { t: image.name, version: '1' });
    await new Promise<void>((resolve, reject) => {
      dockerode.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()));
    });
  };
  // One that is there is built again from what the engine remembers, in no time, unless its sources changed.
  await ((await hasImage(engine, image.name))
    ? work()
    : withProgress(`Building ${image.name}`, report, work));
}
