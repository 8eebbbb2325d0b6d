import { type Command } from 'commander';
import { readPlatformCard } from './platform-card.ts';
import { type ServiceAddress } from './service-client.ts';
import { addServiceOptions, serviceAddress, type ServiceOptions } from './service-options.ts';
import { cardOption } from './shared-options.ts';
import { type Terminal } from './terminal.ts';

/** What every command towards the audit was given. */
export type AuditOptions = ServiceOptions & { readonly card?: string };

/** Gives a command the options by which it reaches the audit's API. */
export function addAuditOptions(command: Command): Command {
  return addServiceOptions(command.addOption(cardOption()), 'the audit');
}

/** The audit's API that the options name, else that of the card, asked with the auditor's token. */
export function auditApi(options: AuditOptions, terminal: Terminal): ServiceAddress {
  const card = readPlatformCard(options.card, terminal.cwd);
  const token = card?.tokens?.auditor;
  const fromCard = card?.auditApi === undefined || token === undefined ? null : { url: card.auditApi, token };
  return serviceAddress('the audit', options, fromCard, terminal);
}
