import { readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type BackingPart, type BackingService } from './backing-part.ts';

const patienceMs = 300_000;

/** Whether a part's image is there, or can be pulled or built now; `report` is told why where it is not. */
export async function isImageThere(
  part: BackingPart<BackingService>,
  report: (line: string) => void,
): Promise<boolean> {
  const { image } = part;
  try {
    const obtained = 'dockerfileDir' in image ? build(image, report) : pull(image.name, report);
    // Whichever loses the race may still fail later, when nobody listens any more.
    obtained.catch(() => undefined);
    const late = delay(patienceMs, undefined, { ref: false }).then(() => {
      throw new Error(`not within ${patienceMs / 1000} s`);
    });
    await Promise.race([obtained, late]);
    return true;
  } catch (error) {
    const [reason = ''] = String(error instanceof Error ? error.message : error)
      .trim()
      .split('\n');
    report(
      `${part.name}: the image ${image.name} is not to be had, so a local program is used (${reason.trim()}).`,
    );
    return false;
  }
}

async function pull(name: string, report: (line: string) => void): Promise<void> {
  const { ImageName, getContainerRuntimeClient } = await import('testcontainers');
  const client = await getContainerRuntimeClient();
  const image = ImageName.fromString(name);
  if (await client.image.exists(image)) return;
  report(`Pulling ${name} ...`);
  await client.image.pull(image);
  // A pull that breaks off half-way ends like one that succeeds.
  if (!(await client.image.exists(image))) throw new Error('the pull broke off');
}

/** Builds through the engine itself: testcontainers' own builder neither ends nor rejects when the engine refuses. */
async function build(
  image: { readonly name: string; readonly dockerfileDir: string },
  report: (line: string) => void,
): Promise<void> {
  const { ImageName, getContainerRuntimeClient } = await import('testcontainers');
  const client = await getContainerRuntimeClient();
  if (!(await client.image.exists(ImageName.fromString(image.name)))) report(`Building ${image.name} ...`);
  const { dockerode } = client.container;
  const context = { context: image.dockerfileDir, src: await readdir(image.dockerfileDir) };
  const progress = await dockerode.buildImage(context, { t: image.name, version: '1' });
  await new Promise<void>((resolve, reject) => {
    dockerode.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()));
  });
}
