import { type Command } from 'commander';
import { userInfo } from 'node:os';
import { UsageFault } from './command-fault.ts';
import { type OperatorApi, operatorApi } from './operator-api.ts';
import { readPlatformCard } from './platform-card.ts';
import { callService, type ServiceCall } from './service-client.ts';
import { addServiceOptions, type ServiceOptions } from './service-options.ts';
import { cardOption, jsonOption } from './shared-options.ts';
import { type Terminal } from './terminal.ts';

/** What every command of the operator API was given. */
export type OperatorOptions = ServiceOptions & { readonly card?: string; readonly json?: true };

/** The same where something is changed. */
export type ChangeOptions = OperatorOptions & { readonly why: string; readonly user?: string };

/** Gives a command the options by which it reaches the operator API. */
export function addOperatorOptions(command: Command, result: string, silenceMs?: number): Command {
  command.addOption(cardOption()).addOption(jsonOption(result));
  return addServiceOptions(command, 'the operator API', silenceMs);
}

/** Gives a command what every change needs besides: its ground, and who stands behind it. */
export function addChangeOptions(command: Command): Command {
  return command
    .requiredOption('--why <text>', 'why: kept with the change for good, such as the number of its review')
    .option('--user <name>', 'who makes the change (default: the name you are logged in by)');
}

/** Asks an operator API. */
export function askOperatorApi(
  options: OperatorOptions,
  call: ServiceCall,
  terminal: Terminal,
  of: OperatorApi = 'authz',
): Promise<unknown> {
  const api = operatorApi(options, readPlatformCard(options.card, terminal.cwd), terminal, of);
  return callService(api, call, terminal.interrupted);
}

/** Has an operator API change something, and tells it who does. */
export function changeByOperatorApi(
  options: ChangeOptions,
  call: ServiceCall,
  terminal: Terminal,
  of: OperatorApi = 'authz',
): Promise<unknown> {
  const headers = { ...call.headers, 'x-ssp-user': userOf(options) };
  return askOperatorApi(options, { ...call, headers }, terminal, of);
}

/** The person that a change or a read is told of: the one that was named, else who is logged in. @throws UsageFault */
export function userOf({ user }: { readonly user?: string }): string {
  const name = user ?? userInfo().username;
  if (/^[\x21-\x7e]{1,100}$/.test(name)) return name;
  throw new UsageFault('--user: give at most 100 visible ASCII characters');
}

/** A query string of what is given; empty where nothing is. */
export function queryOf(parameters: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value);
  return query.size === 0 ? '' : `?${query.toString()}`;
}
