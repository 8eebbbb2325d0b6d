import { type Command } from 'commander';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { z } from 'zod';
import { CommandFailure, reasonOf, UsageFault } from '../command-fault.ts';
import {
  addChangeOptions,
  addOperatorOptions,
  askOperatorApi,
  type ChangeOptions,
  type OperatorOptions,
} from '../operator-command.ts';
import { type ServiceCall, ServiceRefusal } from '../service-client.ts';
import { formatJson, formatTable, printable } from '../table.ts';
import { say, type Terminal } from '../terminal.ts';

const Diff = z.object({
  version: z.string(),
  counts: z.object({ added: z.int(), changed: z.int(), removed: z.int() }),
  changes: z.array(
    z.object({
      section: z.string(),
      key: z.array(z.string()),
      change: z.string(),
      fields: z.array(
        z.object({ field: z.string(), from: z.string().nullable(), to: z.string().nullable() }),
      ),
    }),
  ),
  leftOut: z.int(),
});
const Faults = z.object({
  faults: z.array(z.object({ line: z.int(), column: z.int(), path: z.string(), message: z.string() })),
});

/** `ssp rules diff|load|export`: the reviewed file of all rules. */
export function addRulesCommand(program: Command, terminal: Terminal): void {
  const rules = program
    .command('rules')
    .summary('compare, load and export the file of all rules')
    .description('Compares, loads and exports the file of all rules.');
  addOperatorOptions(
    rules
      .command('diff')
      .description('Tells what a file would change, or each of its faults with its place. Changes nothing.')
      .argument('<file>', 'YAML or JSON'),
    'the difference',
  ).action(async (file: string, options: OperatorOptions) => {
    const diff = await diffOf(file, readText(file, terminal), options, terminal);
    terminal.out.write(options.json ? formatJson(diff) : diffText(diff));
  });

  addOperatorOptions(
    addChangeOptions(
      rules
        .command('load')
        .description('Shows what a file would change and, once you agree, makes it the rules in force.')
        .argument('<file>', 'YAML or JSON')
        .option('--yes', 'agree beforehand'),
    ),
    'what was changed',
  ).action(async (file: string, options: ChangeOptions & { readonly yes?: true }) => {
    const text = readText(file, terminal);
    const diff = await diffOf(file, text, options, terminal);
    if (!options.json) terminal.out.write(diffText(diff));
    if (diff.changes.length === 0) return;
    if (options.yes !== true && !(await agrees(terminal))) {
      throw new CommandFailure('nothing was changed: give --yes to load it');
    }
    const body = { text, version: diff.version, why: options.why };
    const call = { method: 'POST', path: '/v1/rules/load', body } as const;
    const loaded = Diff.parse(await askOperatorApi(options, call, terminal));
    if (options.json) terminal.out.write(formatJson(loaded));
    else say(terminal, `loaded: version ${loaded.version}`);
  });

  addOperatorOptions(
    rules
      .command('export')
      .description('Writes the rules in force as such a file.')
      .argument('[file]', 'where to (default: standard output)'),
    'version and text',
  ).action(async (file: string | undefined, options: OperatorOptions) => {
    const answer = await askOperatorApi(options, { method: 'GET', path: '/v1/rules/export' }, terminal);
    const { text, version } = z.object({ text: z.string(), version: z.string() }).parse(answer);
    const result = options.json ? formatJson(answer) : text;
    if (file === undefined) terminal.out.write(result);
    else {
      writeFileSync(resolve(terminal.cwd, file), result);
      say(terminal, `version ${version} is written to ${file}`);
    }
  });
}

function readText(file: string, { cwd }: Terminal): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8');
  } catch (error) {
    throw new UsageFault(`the rules cannot be read: ${reasonOf(error)}`);
  }
}

async function diffOf(file: string, text: string, options: OperatorOptions, terminal: Terminal) {
  const call: ServiceCall = { method: 'POST', path: '/v1/rules/diff', body: { text } };
  try {
    // A diff makes no change, so nobody need be named.
    const { url, tokenFile, ca, cert, key, timeout, card } = options;
    const asked = {
      timeout,
      ...(url !== undefined && { url }),
      ...(tokenFile !== undefined && { tokenFile }),
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(card !== undefined && { card }),
    };
    return Diff.parse(await askOperatorApi(asked, call, terminal));
  } catch (error) {
    const faulty = error instanceof ServiceRefusal ? Faults.safeParse(error.answer) : null;
    if (faulty?.success === true) {
      for (const { line, column, path, message } of faulty.data.faults) {
        say(terminal, printable(`${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`));
      }
    }
    throw error;
  }
}

function diffText({ counts, changes, leftOut, version }: z.output<typeof Diff>): string {
  if (changes.length === 0) return `No difference from version ${version}.\n`;
  const rows = changes.map(({ section, key, change, fields }) => [
    change,
    section,
    key.join(' '),
    fields.map(({ field, from, to }) => `${field}: ${from ?? '-'} -> ${to ?? '-'}`).join('; '),
  ]);
  const more = leftOut === 0 ? '' : `and ${leftOut} more\n`;
  return `${formatTable(['CHANGE', 'SECTION', 'KEY', 'FIELDS'], rows)}${more}Against version ${version}: ${counts.added} added, ${counts.changed} changed, ${counts.removed} removed.\n`;
}

async function agrees(terminal: Terminal): Promise<boolean> {
  if (!('isTTY' in terminal.input) || terminal.input.isTTY !== true) return false;
  const lines = createInterface({ input: terminal.input, output: terminal.err });
  try {
    const answer = await lines.question('ssp: load it? (yes/no) ', { signal: terminal.interrupted });
    return answer.trim().toLowerCase() === 'yes';
  } finally {
    lines.close();
  }
}
