import { type Command, InvalidArgumentError, Option } from 'commander';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { type ConsumerOptions } from './consumer-options.ts';
import { type Header, type QueryOrder, queryOrders } from './consumer/index.ts';
import { type DirectoryOptions } from './directory-options.ts';
import { cardOption, timeoutOption } from './shared-options.ts';

/** What the options of `ssp call` were given as, without those of directory and consumer. */
export type CallOptions = ConsumerOptions &
  DirectoryOptions & {
    readonly method?: string;
    readonly data?: string;
    readonly header: readonly Header[];
    readonly encoded?: true;
    readonly to?: string;
    readonly order: QueryOrder;
    readonly output?: string;
    readonly curl?: true;
    readonly json?: true;
    readonly explain?: true;
    readonly authzApi?: string;
    readonly authzTokenFile?: string;
    readonly card?: string;
  };

/** Gives a command the options that say what is called, and what becomes of the answer. */
export function addCallOptions(command: Command): Command {
  return command
    .option('-X, --method <method>', 'default: the interaction’s, else GET, or POST with --data', readMethod)
    .option('-d, --data <data>', 'body: a text, @FILE, or @- for standard input; streamed, byte for byte')
    .addOption(
      new Option(
        '-H, --header <header>',
        '“Name: value”, in place of ours of that name; “Name:” leaves it out; repeatable',
      )
        .argParser(readHeader)
        .default([], 'none'),
    )
    .addOption(new Option('--raw', 'the provider’s URL as it is (default)').conflicts('encoded'))
    .addOption(new Option('--encoded', 'the provider’s URL percent-encoded as a whole'))
    .addOption(
      new Option('--order <order>', 'order of the queries to the directory')
        .choices(queryOrders)
        .default('mhs-first'),
    )
    .option('--to <asid>', 'the provider’s system, where the organisation has several')
    .option('-o, --output <file>', 'write the body to a file')
    .addOption(
      new Option(
        '--curl',
        'send nothing: print the equivalent curl line, with its token, which is valid for 5 minutes',
      ).conflicts(['json', 'output', 'explain']),
    )
    .option('--explain', 'afterwards ask the operator API why it was decided so, check by check')
    .option(
      '--authz-api <url>',
      'where the operator API listens, for --explain (default: as the card says)',
      readUrl,
    )
    .option('--authz-token-file <file>', 'file with its bearer token (default: the operator’s of the card)')
    .option('--json', 'print request, with its token, and answer as JSON')
    .addOption(timeoutOption('longest silence of edge or directory', 60_000))
    .addOption(cardOption());
}

function readUrl(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError('give https://host:port');
  return text;
}

function readMethod(text: string): string {
  if (!/^[A-Za-z]+$/.test(text)) throw new InvalidArgumentError('give a method, as GET or POST');
  return text.toUpperCase();
}

function readHeader(text: string, previous: readonly Header[]): readonly Header[] {
  const colon = text.indexOf(':');
  const name = text.slice(0, colon).trim();
  const value = text.slice(colon + 1).trim();
  try {
    if (colon < 1) throw new TypeError('no colon');
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    throw new InvalidArgumentError('give “Name: value”');
  }
  return [...previous, [name, value]];
}
