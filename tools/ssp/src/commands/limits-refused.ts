import { type AuditedExchange, AuditedExchanges, auditedExchangesPath } from '@ssp/contracts';
import { type RefusalCode } from '@ssp/spine';
import { type Command } from 'commander';
import { addAuditOptions, auditApi, type AuditOptions } from '../audit-api.ts';
import { UsageFault } from '../command-fault.ts';
import { queryOf } from '../operator-command.ts';
import { readMoment } from '../read-period.ts';
import { type ThrottledConsumer, throttledConsumers } from '../throttled-consumers.ts';
import { callService, type ServiceAddress } from '../service-client.ts';
import { jsonOption } from '../shared-options.ts';
import { formatJson, formatTable } from '../table.ts';
import { say, type Terminal } from '../terminal.ts';

type RefusedOptions = AuditOptions & { readonly since: string; readonly most: string; readonly json?: true };

/** What the audit calls a refusal by a limit; each is looked for by itself. */
const codes = [
  'consumer-limit',
  'provider-limit',
  'provider-share-limit',
  'provider-in-flight-limit',
  'supplier-limit',
  'global-limit',
  'edge-in-flight-limit',
] as const satisfies readonly RefusalCode[];

/** `ssp limits refused`: who is throttled. */
export function addLimitsRefused(limits: Command, terminal: Terminal): void {
  const command = limits
    .command('refused')
    .description(
      'Tells whom limits have refused: each consumer with the provider it asked, by which kind of limit, how often and when last; the most refused first.',
    )
    .option('--since <time>', 'such as 30m or 12h, or a moment such as 2026-03-01T12:00:00Z', '1h')
    .option('--most <count>', 'how many refusals of each kind are read at most, the newest', '10000')
    .addOption(jsonOption('the consumers'));
  addAuditOptions(command)
    .addHelpText('after', '\n`ssp limits use` tells what one consumer has left now.')
    .action((options: RefusedOptions) => refused(options, terminal));
}

async function refused(options: RefusedOptions, terminal: Terminal): Promise<void> {
  const most = Number(options.most);
  if (!Number.isInteger(most) || most < 1) throw new UsageFault('--most: give a number from 1');
  const from = readMoment(options.since, Date.now()).toISOString();
  const api = auditApi(options, terminal);
  const found: AuditedExchange[] = [];
  for (const refusal of codes) {
    const { exchanges, isCut } = await refusedBy(api, { refusal, from }, most, terminal.interrupted);
    found.push(...exchanges);
    if (isCut) say(terminal, `of ${refusal} only the newest ${exchanges.length} were read: see --most`);
  }
  const consumers = throttledConsumers(found);
  terminal.out.write(options.json ? formatJson(consumers) : tableOf(consumers));
}

const pageMax = 500;

async function refusedBy(
  api: ServiceAddress,
  filters: { readonly refusal: string; readonly from: string },
  most: number,
  interrupted: AbortSignal,
): Promise<{ readonly exchanges: readonly AuditedExchange[]; readonly isCut: boolean }> {
  const exchanges: AuditedExchange[] = [];
  let next: string | null = null;
  do {
    const limit = String(Math.min(pageMax, most - exchanges.length));
    const path = `${auditedExchangesPath}${queryOf({ ...filters, limit, cursor: next ?? undefined })}`;
    const page = AuditedExchanges.parse(await callService(api, { method: 'GET', path }, interrupted));
    exchanges.push(...page.exchanges);
    next = page.next;
  } while (next !== null && exchanges.length < most);
  return { exchanges, isCut: next !== null };
}

function tableOf(consumers: readonly ThrottledConsumer[]): string {
  if (consumers.length === 0) return 'Limits have refused nobody in that time.\n';
  return formatTable(
    ['FROM', 'TO', 'REFUSAL', 'TIMES', 'LAST', 'ITS TRACE ID'],
    consumers.map(({ from, to, refusal, times, last, traceId }) => [
      from ?? '-',
      to ?? '-',
      refusal,
      String(times),
      last,
      traceId ?? '-',
    ]),
  );
}
