import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { WriteStream } from 'node:tty';
import { type LiveContent, liveContent, type ServiceWatch, serviceWatch } from '@ssp/live-state';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandFailure } from '../command-fault.ts';
import { missing, readPlatformCard } from '../platform-card.ts';
import { readTlsFiles } from '../read-tls-files.ts';
import { cardOption, jsonOption, timeoutOption } from '../shared-options.ts';
import { statusText } from '../status-text.ts';
import { formatJson } from '../table.ts';
import { type Terminal } from '../terminal.ts';

type StatusOptions = {
  readonly service: readonly Watched[];
  /** Seconds; absent for one look. */
  readonly watch?: number;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly card?: string;
  readonly json?: true;
};

type Watched = ServiceWatch['services'][number];

/** `ssp status`: how every service is, and what of it needs somebody. */
export function addStatusCommand(program: Command, terminal: Terminal): void {
  program
    .command('status')
    .summary('show how every service is, and what needs somebody now')
    .description(
      'Asks every service how it is: whether it is ready and why not, ages of directory and rules, what the audit and billing still have to write, what waits on disks. What needs somebody comes first; below stands when each certificate and revocation list of the platform ends, the soonest first. The status is 1 where something needs somebody now.',
    )
    .option(
      '--service <name=url>',
      'a service and its admin listener, such as edge-1=https://10.0.0.1:9101; may be given again (default: those of the card)',
      readService,
      [],
    )
    .addOption(
      new Option('--watch [seconds]', 'look again every so often, until Ctrl-C')
        .argParser(readEvery)
        .preset('2'),
    )
    .addOption(cardOption())
    .addOption(jsonOption('what was seen, a line for each look with --watch,'))
    .optionsGroup('Reaching the services:')
    .option('--ca <file>', 'authorities that their certificates must come from, PEM')
    .option('--cert <file>', 'client certificate, PEM; needs --key')
    .option('--key <file>', 'its private key, PEM')
    .addOption(timeoutOption('longest wait for a service, before it is said not to answer', 3_000))
    .addHelpText(
      'after',
      '\nExamples:\n  ssp status --watch\n  ssp status --service edge-1=https://10.0.0.1:9101 --ca ca.pem --cert me.pem --key me.key',
    )
    .action((options: StatusOptions) => showStatus(options, terminal));
}

async function showStatus(options: StatusOptions, terminal: Terminal): Promise<void> {
  const { timeout, watch, json } = options;
  await using resources = new AsyncDisposableStack();
  const look = serviceWatch(
    { services: servicesOf(options, terminal), timeoutMs: timeout, connect: connectOf(options, terminal) },
    resources,
  );
  for (;;) {
    const seen = liveContent(await look(), Date.now());
    terminal.out.write(shown(seen, { isJson: json === true, isAgain: watch !== undefined }, terminal));
    if (watch === undefined) {
      if (seen.verdict === 'act') throw new CommandFailure('something needs somebody now');
      return;
    }
    await delay(watch * 1_000, undefined, { signal: terminal.interrupted });
  }
}

const clearScreen = '\u001B[H\u001B[J';

function shown(
  seen: LiveContent,
  { isJson, isAgain }: { readonly isJson: boolean; readonly isAgain: boolean },
  { out }: Terminal,
): string {
  if (isJson) return isAgain ? `${JSON.stringify(seen)}\n` : formatJson(seen);
  if (!isAgain) return statusText(seen);
  const text = `${new Date().toISOString()}  ${statusText(seen)}`;
  return out instanceof WriteStream ? clearScreen + text : `${text}\n`;
}

/** @throws UsageFault where none is known */
function servicesOf({ service, card }: StatusOptions, { cwd }: Terminal): readonly Watched[] {
  if (service.length > 0) return service;
  const platform = readPlatformCard(card, cwd);
  const listed = Object.entries(platform?.services ?? {}).flatMap(([name, processes]) =>
    processes.flatMap(({ admin }, at) =>
      admin === '' ? [] : [{ name: processes.length === 1 ? name : `${name}-${at + 1}`, url: admin }],
    ),
  );
  if (listed.length === 0) throw missing(['--service']);
  return listed;
}

function connectOf({ ca, cert, key }: StatusOptions, { cwd }: Terminal): ServiceWatch['connect'] {
  const file = (given: string | undefined) => (given === undefined ? null : resolve(cwd, given));
  // Each service is called by the name in its own address.
  const { servername: _, ...tls } = readTlsFiles(
    { ca: file(ca), cert: file(cert), key: file(key) },
    '127.0.0.1',
  );
  return tls;
}

function readService(text: string, before: readonly Watched[]): readonly Watched[] {
  const [, name, url] = /^([a-z0-9][a-z0-9.-]*)=(https?:\/\/\S+)$/i.exec(text) ?? [];
  if (name === undefined || url === undefined || !URL.canParse(url))
    throw new InvalidArgumentError('give a name and an address: edge-1=https://10.0.0.1:9101');
  return [...before, { name, url }];
}

const everyMax = 3_600;

function readEvery(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds >= 0.1 && seconds <= everyMax))
    throw new InvalidArgumentError(`give seconds, from 0.1 to ${everyMax}`);
  return seconds;
}
