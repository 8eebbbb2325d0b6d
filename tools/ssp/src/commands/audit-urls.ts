import { FullUrls, fullUrlsPath } from '@ssp/contracts';
import { TraceId } from '@ssp/spine';
import { type Command } from 'commander';
import { addAuditOptions, auditApi, type AuditOptions } from '../audit-api.ts';
import { CommandFailure, UsageFault } from '../command-fault.ts';
import { addChangeOptions, userOf } from '../operator-command.ts';
import { callService } from '../service-client.ts';
import { jsonOption } from '../shared-options.ts';
import { formatJson, formatTable } from '../table.ts';
import { type Terminal } from '../terminal.ts';

type UrlsOptions = AuditOptions & {
  readonly byId?: true;
  readonly json?: true;
  readonly why: string;
  readonly user?: string;
};

/** `ssp audit urls`: targets with NHS numbers visible, for auditors. */
export function addAuditUrls(audit: Command, terminal: Terminal): void {
  const command = audit
    .command('urls')
    .description(
      'Shows the targets of a request as they came, NHS numbers visible: to auditors alone. Who reads them and why is audited before they are shown.',
    )
    .argument('<traceId>', 'its Ssp-TraceID')
    .option('--by-id', 'it is the exchange’s own id instead, as every answer of the proxy’s carries it')
    .addOption(jsonOption('the targets'));
  addAuditOptions(addChangeOptions(command)).action((id: string, options: UrlsOptions) =>
    showUrls(id, options, terminal),
  );
}

async function showUrls(id: string, options: UrlsOptions, terminal: Terminal): Promise<void> {
  if (!TraceId.safeParse(id).success) throw new UsageFault(`${id} is no id: give a UUID`);
  const { why, byId } = options;
  const call = {
    method: 'POST',
    path: fullUrlsPath,
    body: { ...(byId ? { internalIds: [id] } : { traceId: id }), why },
    headers: { 'x-ssp-user': userOf(options) },
  } as const;
  const { urls } = FullUrls.parse(await callService(auditApi(options, terminal), call, terminal.interrupted));
  if (urls.length === 0) throw new CommandFailure('the audit holds no such exchange: is the id right?');
  const rows = urls.map(({ receivedAt, internalId, url }) => [receivedAt, internalId, url]);
  terminal.out.write(options.json ? formatJson(urls) : formatTable(['RECEIVED', 'EXCHANGE', 'TARGET'], rows));
}
