import { spawnSync } from 'node:child_process';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { readPages, type ShellBlock, shellBlocks } from '@ssp/testing/pages';
import { expect, test } from 'vitest';
import { type PlatformCard } from '../src/platform-card.ts';
import { runExample } from './examples.ts';

type Platform = {
  readonly card: () => PlatformCard;
  /** What stands in the place of `.local`. */
  readonly dir: string;
};

/** Programs that pages ask a person to have, and a machine may do without. */
const mayBeAway = ['ldapsearch', 'psql', 'python3'];

/**
 * Registers a test for each page with commands that run on a platform: they are typed in their order, as by a person
 * who reads from the top, and each block ends with the status that it states. The README's come first, since other
 * pages look at what they did.
 */
export function pagesTests({ card, dir }: Platform): void {
  const away = mayBeAway.filter((program) => spawnSync('which', [program]).status !== 0);
  const pages = readPages()
    .map(({ name, text }) => ({ name, blocks: shellBlocks(name, text).filter(isRun) }))
    .filter(({ blocks }) => blocks.length > 0);

  test.for(pages)('the commands on $name end as it says', async ({ blocks }) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'pages-'));
    for (const [at, block] of blocks.entries()) {
      const missing = away.find((program) => block.text.includes(program));
      if (missing !== undefined) {
        process.stderr.write(
          `NOT RUN: ${block.page}, line ${block.line}, since ${missing} is not installed here\n`,
        );
        continue;
      }
      const defined = blocks
        .slice(0, at)
        .flatMap(({ text }) => text.match(/^(?:\w+\(\) \{.*\}|export .*)$/gm) ?? []);
      const typed = onThisPlatform([...defined, block.text].join('\n'), card(), dir);
      const where = block.how?.kind === 'folder' ? `cd '${folder.path}'` : '';
      // What was done a moment ago may not have come to the tables yet.
      await expect
        .poll(() => faultOf(block, [sspHere(dir), where, typed].join('\n')), {
          // A proof waits for the checkpoint of the next minute.
          timeout: 150_000,
          interval: 500,
        })
        .toBeNull();
    }
  });
}

const isRun = ({ how }: ShellBlock) => how?.kind === 'platform' || how?.kind === 'folder';

/** What is wrong with how a block ended. Null where nothing is. */
async function faultOf({ page, line, how }: ShellBlock, script: string): Promise<string | null> {
  const { status, out, err } = await runExample(['bash', '-euo', 'pipefail', '-c', script], {
    PATH: pathOfPerson(),
  });
  const wanted = how?.kind === 'platform' ? how.status : 0;
  return status === wanted ? null : `${page}, line ${line}: status ${status}\n${err}${out}`;
}

/** Without what npm puts there for its scripts: a person has the machine's own Node, which runs none of our sources. */
function pathOfPerson(): string {
  // oxlint-disable-next-line node/no-process-env -- npm says it nowhere else
  const path = process.env['PATH'] ?? '';
  return path
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join('node_modules', '.bin')))
    .join(delimiter);
}

/** The commands as a person would have to type them where the platform has another folder and another port. */
function onThisPlatform(typed: string, card: PlatformCard, dir: string): string {
  return typed
    .replaceAll(/(?<![\w/.])(?:\.\/)?\.local\//g, `${dir}/`)
    .replaceAll('https://127.0.0.1:8443', card.edge.https)
    .replaceAll('on-local-platform.mjs', `on-local-platform.mjs --card '${dir}/platform.json'`);
}

/** `ssp`, and `npm run -s ssp --` without what npm costs. */
function sspHere(dir: string): string {
  return `
    here() { '${process.execPath}' tools/ssp/src/ssp.main.ts "$@" --card '${dir}/platform.json'; }
    ssp() { here "$@"; }
    npm() { if [ "\${*:1:4}" = 'run -s ssp --' ]; then shift 4; here "$@"; else command npm "$@"; fi; }`;
}
