import { type Command, InvalidArgumentError } from 'commander';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { reasonOf, UsageFault } from './command-fault.ts';
import { missing } from './platform-card.ts';
import { type ServiceAddress } from './service-client.ts';
import { timeoutOption } from './shared-options.ts';
import { type Terminal } from './terminal.ts';

/** What the options below were given as. */
export type ServiceOptions = {
  readonly url?: string;
  readonly tokenFile?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Milliseconds. */
  readonly timeout: number;
};

/** Gives a command the options by which it reaches one of our services; none need be given where a card is. */
export function addServiceOptions(command: Command, service: string, silenceMs = 30_000): Command {
  return command
    .optionsGroup(`Reaching ${service}:`)
    .option('--url <url>', `where ${service} listens (default: as the card says)`, readUrl)
    .option('--token-file <file>', 'file that holds the bearer token (default: that of the card)')
    .option('--ca <file>', 'authorities that its certificate must come from, PEM')
    .option('--cert <file>', 'client certificate, PEM; needs --key')
    .option('--key <file>', 'its private key, PEM')
    .addOption(timeoutOption('longest silence', silenceMs))
    .optionsGroup('Options:');
}

/**
 * The service that the options name, with the card's values for those that were not given.
 * @throws UsageFault where no address is known, or the token's file cannot be read
 */
export function serviceAddress(
  name: string,
  options: ServiceOptions,
  fromCard: { readonly url: string; readonly token: string } | null,
  { cwd }: Terminal,
): ServiceAddress {
  const url = options.url ?? fromCard?.url;
  if (url === undefined) throw missing(['--url']);
  const file = (given: string | undefined) => (given === undefined ? null : resolve(cwd, given));
  const tokenFile = file(options.tokenFile);
  return {
    name,
    url,
    token: tokenFile === null ? tokenFor(options, fromCard) : readToken(tokenFile),
    tls: { ca: file(options.ca), cert: file(options.cert), key: file(options.key) },
    timeoutMs: options.timeout,
  };
}

// The card's token is for the card's service alone: it is not shown to another.
function tokenFor(options: ServiceOptions, fromCard: { readonly token: string } | null): string | null {
  return options.url === undefined && fromCard !== null ? fromCard.token : null;
}

/** The bearer token that a file holds: an argument would be seen by everybody on the machine. @throws UsageFault */
function readToken(file: string): string {
  try {
    const token = readFileSync(file, 'utf8').trim();
    if (/^[\x21-\x7e]+$/.test(token)) return token;
  } catch (error) {
    throw new UsageFault(`the token cannot be read: ${reasonOf(error)}`);
  }
  throw new UsageFault(`${file} holds no token: it should have one, in a line, and nothing else`);
}

/** The address of a service, as a person gives it. */
export function readUrl(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return text;
  throw new InvalidArgumentError('give an address such as https://10.0.0.1:7006');
}
