import { FullUrls, fullUrlsPath, isSealedUrl, openSealedUrl } from '@ssp/contracts';
import { TraceId } from '@ssp/spine';
import { type Command } from 'commander';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { addAuditOptions, auditApi, type AuditOptions } from '../audit-api.ts';
import { CommandFailure, reasonOf, UsageFault } from '../command-fault.ts';
import { addChangeOptions, userOf } from '../operator-command.ts';
import { readPlatformCard } from '../platform-card.ts';
import { callService } from '../service-client.ts';
import { jsonOption } from '../shared-options.ts';
import { formatJson, formatTable } from '../table.ts';
import { type Terminal } from '../terminal.ts';

type UrlsOptions = AuditOptions & {
  readonly byId?: true;
  readonly json?: true;
  readonly privateKey?: readonly string[];
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
    .option(
      '--private-key <file...>',
      'X25519 keys, PEM, that open what is sealed; they stay on this machine (default: that of the card)',
    )
    .addOption(jsonOption('the targets'));
  addAuditOptions(addChangeOptions(command)).action((id: string, options: UrlsOptions) =>
    showUrls(id, options, terminal),
  );
}

async function showUrls(id: string, options: UrlsOptions, terminal: Terminal): Promise<void> {
  if (!TraceId.safeParse(id).success) throw new UsageFault(`${id} is no id: give a UUID`);
  const keys = privateKeys(options, terminal);
  const { why, byId } = options;
  const call = {
    method: 'POST',
    path: fullUrlsPath,
    body: { ...(byId ? { internalIds: [id] } : { traceId: id }), why },
    headers: { 'x-ssp-user': userOf(options) },
  } as const;
  const { urls } = FullUrls.parse(await callService(auditApi(options, terminal), call, terminal.interrupted));
  if (urls.length === 0) throw new CommandFailure('the audit holds no such exchange: is the id right?');
  const opened = urls.map((it) => ({ ...it, url: openUrl(it, keys) }));
  const rows = opened.map(({ receivedAt, internalId, url }) => [receivedAt, internalId, url]);
  terminal.out.write(
    options.json ? formatJson(opened) : formatTable(['RECEIVED', 'EXCHANGE', 'TARGET'], rows),
  );
}

/** Read before anything is asked: a read that then cannot be opened would be audited all the same. @throws UsageFault */
function privateKeys(options: UrlsOptions, { cwd }: Terminal): readonly KeyObject[] {
  const card = options.privateKey === undefined ? readPlatformCard(options.card, cwd) : null;
  const ofCard = card?.auditUrlKey === undefined ? [] : [card.path(card.auditUrlKey)];
  const files = options.privateKey?.map((file) => resolve(cwd, file)) ?? ofCard;
  return files.map((file) => {
    try {
      return createPrivateKey(readFileSync(file));
    } catch (error) {
      throw new UsageFault(`--private-key: ${file} cannot be read: ${reasonOf(error)}`);
    }
  });
}

/** @throws CommandFailure where no key opens it */
function openUrl({ internalId, url }: FullUrls['urls'][number], keys: readonly KeyObject[]): string {
  if (!isSealedUrl(url)) return url;
  try {
    return openSealedUrl(url, internalId, keys);
  } catch (error) {
    throw new CommandFailure(
      `the target of ${internalId} cannot be opened, ${reasonOf(error)}: give its private key with --private-key`,
    );
  }
}
