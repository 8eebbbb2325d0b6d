import { rm } from 'node:fs/promises';
import { relative } from 'node:path';
import { SetupError } from '@ssp/testing';
import { readArguments, usage } from './arguments.ts';
import { describeRunning } from './describe-running.ts';
import { watchParent } from './parent.ts';
import { platformPaths, repositoryRoot } from './paths.ts';
import { peopleLines } from './people-lines.ts';
import { readEnvironment } from './person-environment.ts';
import { type PlatformCard } from './platform-card.ts';
import { createReport } from './progress.ts';
import { writeSampleRequest } from './sample-request.ts';
import { startPlatform } from './start-platform.ts';
import { stopRequest } from './stop-request.ts';

async function main(): Promise<number> {
  const options = parse();
  if (options === null) return 2;
  if (options.help) {
    write(usage);
    return 0;
  }
  const paths = platformPaths(repositoryRoot, options.dir);
  const running = await describeRunning(paths);
  if (running !== null) {
    process.stderr.write(running);
    return 1;
  }
  const { inherited, connectTo, startedByNpm } = readEnvironment();
  const stop = Promise.race([stopRequest(), watchParent(startedByNpm)]);
  const report = createReport(write, () => Date.now());
  try {
    await using resources = new AsyncDisposableStack();
    if (options.fresh) {
      report('beginning anew: removing the data of earlier starts');
      await removeData(paths);
    }
    const card = await Promise.race([
      startPlatform(paths, { inherited, connectTo }, report, resources),
      interrupted(stop),
    ]);
    const curl = await writeSampleRequest(paths.sample, relative(paths.root, paths.sample), card, new Date());
    write(welcome(paths.shown, card, curl));
    await stop;
    report('stopping');
  } catch (error) {
    if (error instanceof Interrupted) return 130;
    process.stderr.write(`npm start: ${error instanceof Error ? error.message : String(error)}\n`);
    if (!(error instanceof SetupError) && error instanceof Error && error.cause === undefined) {
      process.stderr.write(`The logs of all services are in ${paths.logs}.\n`);
    }
    return 1;
  }
  report(`stopped; the data stays in ${paths.shown}`);
  return 0;
}

function write(text: string): void {
  process.stdout.write(text);
}

class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

async function interrupted(stop: Promise<unknown>): Promise<never> {
  await stop;
  throw new Interrupted('interrupted while starting');
}

function parse() {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`npm start: ${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return null;
  }
}

async function removeData(paths: ReturnType<typeof platformPaths>): Promise<void> {
  const data = [paths.backing, paths.pki, paths.secrets, paths.identity, paths.logs, paths.sample];
  await Promise.all(data.map((dir) => rm(dir, { recursive: true, force: true })));
}

function welcome(dir: string, { console: consoleUrl, people }: PlatformCard, curl: string): string {
  return `
The platform is ready. Ask it for a patient record:

${curl}

Usage, billing, operation and audit: ${consoleUrl}, for these people (user, password, role):

${peopleLines(people)}

Everything else is in ${dir}/platform.json; logs are in ${dir}/logs. Ctrl-C ends it all.
`;
}

// What a start that was interrupted still waits for must not hold up the end: everything has been released.
process.exit(await main());
