import { type Command } from 'commander';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import {
  addChangeOptions,
  addOperatorOptions,
  askOperatorApi,
  type ChangeOptions,
  onlyReading,
  type OperatorOptions,
} from '../operator-command.ts';
import { Difference, differenceText, mustAgree, readReviewed, tellFaults } from '../reviewed-file.ts';
import { type ServiceCall } from '../service-client.ts';
import { formatJson } from '../table.ts';
import { say, type Terminal } from '../terminal.ts';

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
    const diff = await diffOf(file, readReviewed(file, 'the rules', terminal), options, terminal);
    terminal.out.write(options.json ? formatJson(diff) : differenceText(diff));
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
    const text = readReviewed(file, 'the rules', terminal);
    const diff = await diffOf(file, text, options, terminal);
    if (!options.json) terminal.out.write(differenceText(diff));
    if (diff.changes.length === 0) return;
    await mustAgree(options.yes, terminal);
    const body = { text, version: diff.version, why: options.why };
    const call = { method: 'POST', path: '/v1/rules/load', body } as const;
    const loaded = Difference.parse(await askOperatorApi(options, call, terminal));
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

async function diffOf(file: string, text: string, options: OperatorOptions, terminal: Terminal) {
  const call: ServiceCall = { method: 'POST', path: '/v1/rules/diff', body: { text } };
  try {
    return Difference.parse(await askOperatorApi(onlyReading(options), call, terminal));
  } catch (error) {
    throw tellFaults(file, error);
  }
}
