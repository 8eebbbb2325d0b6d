import { type AuditedExchange, AuditedExchanges, auditedExchangesPath } from '@ssp/contracts';
import { type Command } from 'commander';
import { addAuditOptions, auditApi, type AuditOptions } from '../audit-api.ts';
import { addFilterOptions, filtersOf, type FilterOptions } from '../audit-filters.ts';
import { UsageFault } from '../command-fault.ts';
import { queryOf } from '../operator-command.ts';
import { callService } from '../service-client.ts';
import { jsonOption } from '../shared-options.ts';
import { formatJson, formatTable } from '../table.ts';
import { say, type Terminal } from '../terminal.ts';

type SearchOptions = AuditOptions & FilterOptions & { readonly limit: string; readonly json?: true };

/** `ssp audit search`: the exchanges that match, the newest first. */
export function addAuditSearch(audit: Command, terminal: Terminal): void {
  const command = audit
    .command('search')
    .description(
      'Lists the exchanges that match all that is asked for, the newest first; of the last day where neither a time nor an id is given.',
    )
    .option('--limit <count>', 'how many at most, 1 to 10000', '20')
    .addOption(jsonOption('the exchanges'));
  addFilterOptions(command);
  addAuditOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  ssp audit search --outcome refused --from 200000000359 --since 2h\n' +
        '  ssp audit search --organisation R1A14 --refusal no-agreement --limit 500 --json',
    )
    .action((options: SearchOptions) => search(options, terminal));
}

const pageMax = 500;

async function search(options: SearchOptions, terminal: Terminal): Promise<void> {
  const most = /^\d{1,5}$/.test(options.limit) ? Number(options.limit) : 0;
  if (most < 1 || most > 10_000) {
    throw new UsageFault('--limit: give 1 to 10000; more than that is what `ssp audit export` is for');
  }
  const filters = filtersOf(options);
  const api = auditApi(options, terminal);
  const found: AuditedExchange[] = [];
  let next: string | null = null;
  do {
    const limit = String(Math.min(pageMax, most - found.length));
    const path = `${auditedExchangesPath}${queryOf({ ...filters, limit, cursor: next ?? undefined })}`;
    const page = AuditedExchanges.parse(
      await callService(api, { method: 'GET', path }, terminal.interrupted),
    );
    found.push(...page.exchanges);
    next = page.next;
  } while (next !== null && found.length < most);
  terminal.out.write(options.json ? formatJson(found) : tableOf(found));
  if (next !== null) say(terminal, `these are the newest ${found.length}; there are more, see --limit`);
}

function tableOf(exchanges: readonly AuditedExchange[]): string {
  if (exchanges.length === 0) return 'Nothing was found.\n';
  return formatTable(
    ['RECEIVED', 'FROM', 'TO', 'INTERACTION', 'STATUS', 'OUTCOME', 'REFUSAL', 'TRACE ID'],
    exchanges.map((it) => [
      it.receivedAt ?? it.completedAt ?? '-',
      it.fromAsid ?? '-',
      it.toAsid ?? '-',
      it.interactionId?.replace(commonPrefix, '') ?? '-',
      String(it.status ?? '-'),
      it.outcome ?? 'under way',
      it.refusal ?? '-',
      it.traceId ?? '-',
    ]),
  );
}

/** Says nothing to a reader, and fills half a line. */
const commonPrefix = 'urn:nhs:names:services:';
