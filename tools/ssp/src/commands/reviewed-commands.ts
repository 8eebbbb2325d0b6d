import { FileDifference } from '@ssp/contracts';
import { type Command } from 'commander';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { CommandFailure } from '../command-fault.ts';
import { type OperatorApi } from '../operator-api.ts';
import {
  addChangeOptions,
  addOperatorOptions,
  askOperatorApi,
  changeByOperatorApi,
  type ChangeOptions,
  type OperatorOptions,
} from '../operator-command.ts';
import { mustBeWritable } from '../print-answer.ts';
import { differenceText, mustAgree, readReviewed, tellFaults } from '../reviewed-file.ts';
import { formatJson } from '../table.ts';
import { say, type Terminal } from '../terminal.ts';

/** What is reviewed as one file, and how its operator API is given another. */
export type Reviewed = {
  readonly name: 'rules' | 'limits' | 'tariffs';
  readonly of: OperatorApi;
  readonly load: { readonly method: 'POST' | 'PUT'; readonly path: string };
  /** Where it is asked for to be kept as a file. */
  readonly exportPath: string;
};

/** What a command that loads was given. */
export type LoadOptions = ChangeOptions & { readonly yes?: true; readonly expect?: string };

/** Gives a command the options by which it loads. */
export function addLoadOptions(command: Command): Command {
  return addOperatorOptions(
    addChangeOptions(command.option('--yes', 'agree beforehand')),
    'what was changed',
  );
}

/** Adds `diff`, `load` and `export` of the file to a command. */
export function addReviewedCommands(parent: Command, reviewed: Reviewed, terminal: Terminal): void {
  const { name } = reviewed;
  const read = (file: string) => readReviewed(file, `the ${name}`, terminal);
  addOperatorOptions(
    parent
      .command('diff')
      .description('Tells what a file would change, or each of its faults with its place. Changes nothing.')
      .argument('<file>', `all of the ${name}, YAML or JSON`),
    'the difference',
  ).action(async (file: string, options: OperatorOptions) => {
    const diff = await diffOf(reviewed, { text: read(file), file }, options, terminal);
    terminal.out.write(options.json ? formatJson(diff) : differenceText(diff));
  });

  addLoadOptions(
    parent
      .command('load')
      .description(`Shows what a file would change and, once you agree, makes it the ${name} in force.`)
      .argument('<file>', `all of the ${name}, YAML or JSON`)
      .option('--expect <version>', 'fail unless this version is in force'),
  ).action((file: string, options: LoadOptions) =>
    loadReviewed(reviewed, { text: read(file), file }, options, terminal),
  );

  addOperatorOptions(
    parent
      .command('export')
      .description(`Writes the ${name} in force as a file that \`load\` takes.`)
      .argument('[file]', 'where to (default: standard output)'),
    'version and text',
  ).action((file: string | undefined, options: OperatorOptions) =>
    exportReviewed(reviewed, file, options, terminal),
  );
}

/** A text of all of it; `file` is null for a text of ours. */
type Proposed = { readonly text: string; readonly file: string | null };

/** Shows what the text would change and, once the person agrees, puts it in force. */
export async function loadReviewed(
  reviewed: Reviewed,
  proposed: Proposed,
  options: LoadOptions,
  terminal: Terminal,
): Promise<void> {
  const diff = await diffOf(reviewed, proposed, options, terminal);
  if (options.expect !== undefined && options.expect !== diff.version) {
    throw new CommandFailure(
      `nothing was changed: version ${diff.version} is in force, and not ${options.expect}`,
    );
  }
  if (!options.json) terminal.out.write(differenceText(diff));
  if (diff.changes.length === 0) {
    if (options.json) terminal.out.write(formatJson(diff));
    return;
  }
  await mustAgree(options.yes, terminal);
  const body = { text: proposed.text, version: diff.version, why: options.why };
  const call = { ...reviewed.load, body };
  const loaded = FileDifference.parse(await changeByOperatorApi(options, call, terminal, reviewed.of));
  if (options.json) terminal.out.write(formatJson(loaded));
  else say(terminal, `loaded: version ${loaded.version}`);
}

async function diffOf(
  { name, of }: Reviewed,
  { text, file }: Proposed,
  options: OperatorOptions,
  terminal: Terminal,
): Promise<FileDifference> {
  const call = { method: 'POST', path: `/v1/${name}/diff`, body: { text } } as const;
  try {
    return FileDifference.parse(await askOperatorApi(options, call, terminal, of));
  } catch (error) {
    throw tellFaults(file, error);
  }
}

const Exported = z.object({ text: z.string(), version: z.string() });

/** All of it in force, as a file. */
export async function readExport(
  { exportPath: path, of }: Reviewed,
  options: OperatorOptions,
  terminal: Terminal,
): Promise<z.output<typeof Exported>> {
  const call = { method: 'GET', path } as const;
  return Exported.parse(await askOperatorApi(options, call, terminal, of));
}

async function exportReviewed(
  reviewed: Reviewed,
  file: string | undefined,
  options: OperatorOptions,
  terminal: Terminal,
): Promise<void> {
  mustBeWritable(file, terminal);
  const exported = await readExport(reviewed, options, terminal);
  const result = options.json ? formatJson(exported) : exported.text;
  if (file === undefined) {
    terminal.out.write(result);
  } else {
    writeFileSync(resolve(terminal.cwd, file), result);
    say(terminal, `version ${exported.version} is written to ${file}`);
  }
}
