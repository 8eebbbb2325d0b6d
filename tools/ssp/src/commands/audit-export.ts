import { exportFormats, exportsPath } from '@ssp/contracts';
import { type Command, Option } from 'commander';
import { addAuditOptions, auditApi, type AuditOptions } from '../audit-api.ts';
import { addFilterOptions, filtersOf, type FilterOptions } from '../audit-filters.ts';
import { addChangeOptions, userOf } from '../operator-command.ts';
import { mustBeWritable, writeBody } from '../print-answer.ts';
import { callForBody } from '../service-client.ts';
import { say, type Terminal } from '../terminal.ts';

type ExportOptions = AuditOptions &
  FilterOptions & {
    readonly format: string;
    readonly output?: string;
    readonly why: string;
    readonly user?: string;
  };

/** `ssp audit export`: all that a search finds, as a file. */
export function addAuditExport(audit: Command, terminal: Terminal): void {
  const command = audit
    .command('export')
    .description(
      'Takes out all exchanges that match, the newest first, however many they are. Who does so and why is audited before it begins.',
    )
    .addOption(
      new Option('--format <format>', 'csv with a line of headings, or ndjson, a JSON object a line')
        .choices(exportFormats)
        .default('ndjson'),
    )
    .option('--output <file>', 'where to (default: standard output)');
  addFilterOptions(addChangeOptions(command));
  addAuditOptions(command)
    .addHelpText(
      'after',
      "\nExample:\n  ssp audit export --format csv --to 918999198738 --since 7d --why 'extract 12 for the provider' --output week.csv",
    )
    .action((options: ExportOptions) => exportAudit(options, terminal));
}

async function exportAudit(options: ExportOptions, terminal: Terminal): Promise<void> {
  const { format, output, why } = options;
  mustBeWritable(output, terminal);
  const call = {
    method: 'POST',
    path: exportsPath,
    body: { ...filtersOf(options), format, why },
    headers: { 'x-ssp-user': userOf(options) },
  } as const;
  const body = await callForBody(auditApi(options, terminal), call, terminal.interrupted);
  const { bytes } = await writeBody(body, output, terminal);
  say(terminal, `${bytes} bytes are written${output === undefined ? '' : ` to ${output}`}`);
}
