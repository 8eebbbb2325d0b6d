import { execFile } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { configurationPage } from './configuration-page.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const page = new URL('../../../docs/configuration.md', import.meta.url);
const run = promisify(execFile);
// oxlint-disable-next-line node/no-process-env -- changes how fast a program starts, and nothing else
const { NODE_COMPILE_CACHE } = process.env;

const Help = z.object({
  name: z.string(),
  variables: z.array(
    z.object({
      name: z.string(),
      description: z.string().min(1, 'a variable without a description'),
      required: z.boolean(),
      default: z.string().nullable(),
    }),
  ),
});

async function referenceOf(main: string) {
  // Nothing else of the caller's environment: the page must come out alike everywhere.
  const { stdout } = await run(process.execPath, [main, '--help-json'], {
    cwd: root,
    env: { NODE_COMPILE_CACHE },
  });
  const help = Help.safeParse(JSON.parse(stdout));
  if (!help.success) throw new Error(`${main} --help-json: ${z.prettifyError(help.error)}`);
  return { main, ...help.data };
}

const mains = globSync(['apps/*/src/main.ts', 'apps/*/src/*.main.ts'], { cwd: root });
mains.sort((a, b) => a.localeCompare(b, 'en'));
const processes = [];
for (const main of mains) processes.push(await referenceOf(main));
const content = configurationPage(processes);

if (!process.argv.includes('--check')) {
  writeFileSync(page, content);
  process.stdout.write(`docs/configuration.md written for ${processes.length} processes\n`);
} else if (readFileSync(page, 'utf8') === content) {
  process.stdout.write('docs/configuration.md is that of the code\n');
} else {
  process.stderr.write('docs/configuration.md is stale: run npm run docs:config\n');
  process.exitCode = 1;
}
