import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type CallBody, openCallBody, readCallBody } from '../call-body.ts';
import { CommandFailure, reasonOf, UsageFault } from '../command-fault.ts';
import { addConsumerOptions, type ConsumerOptions, consumerSystem } from '../consumer-options.ts';
import { openEdge, type QueryOrder, queryOrders } from '../consumer/index.ts';
import { addDirectoryOptions, type DirectoryOptions } from '../directory-options.ts';
import { findProvider } from '../find-provider.ts';
import { keepPace, type Paced } from '../load/keep-pace.ts';
import { LoadTally, type TallyRow } from '../load/load-tally.ts';
import { readPlatformCard } from '../platform-card.ts';
import { aimOf, prepareCall } from '../prepare-call.ts';
import { addProviderArguments } from '../provider-arguments.ts';
import { readTlsFiles } from '../read-tls-files.ts';
import { cardOption, jsonOption, timeoutOption } from '../shared-options.ts';
import { formatJson, formatTable, printable } from '../table.ts';
import { say, type Terminal } from '../terminal.ts';

type LoadOptions = ConsumerOptions &
  DirectoryOptions & {
    readonly rate: number;
    /** Seconds. */
    readonly for: number;
    /** Requests, at most. */
    readonly underWay: number;
    readonly data?: string;
    readonly to?: string;
    readonly order: QueryOrder;
    readonly yes?: true;
    readonly card?: string;
    readonly json?: true;
  };

/** `ssp load`: a steady load of real requests. */
export function addLoadCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('load')
    .summary('send the same request at a steady pace, and tell how it was answered and how fast')
    .description(
      'Sends requests through the edge at a steady pace, each with a trace id and a token of its own, and tells how many were answered how, and how long they took until their last byte. They are real: each reaches the provider, is audited and counted.',
    );
  addProviderArguments(command)
    .argument(
      '[path]',
      'what follows the endpoint, percent-encoded already (default: the interaction’s path)',
    )
    .addOption(
      new Option('--rate <perSecond>', 'requests begun each second').argParser(upTo(10_000)).default(10),
    )
    .addOption(new Option('--for <seconds>', 'how long').argParser(upTo(86_400)).default(10))
    .addOption(
      new Option(
        '--under-way <requests>',
        'most that may be under way; beyond it none is begun, and that is told',
      )
        .argParser(upTo(10_000))
        .default(200),
    )
    .option('-d, --data <data>', 'body of each: a text, or @FILE')
    .option('--to <asid>', 'the provider’s system, where the organisation has several')
    .addOption(
      new Option('--order <order>', 'order of the queries to the directory')
        .choices(queryOrders)
        .default('mhs-first'),
    )
    .option('--yes', 'send them to an edge that is not the card’s')
    .addOption(timeoutOption('longest silence of edge or directory', 60_000))
    .addOption(cardOption())
    .addOption(jsonOption('the result'));
  addConsumerOptions(command);
  addDirectoryOptions(command)
    .addHelpText(
      'after',
      "\nExample:\n  ssp load B82617 search:patient-1 '/Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C9690937278' --rate 50 --for 30\n" +
        'Status: 0 where every answer was below 400, else 1. Ctrl-C begins no more, waits for what is under way, and shows what came of those that were sent (130); a second one shows nothing.',
    )
    .action((odsCode: string, interaction: string, rest: string | undefined, options: LoadOptions) =>
      load({ odsCode, interaction, rest }, options, terminal),
    );
}

type Asked = { readonly odsCode: string; readonly interaction: string; readonly rest: string | undefined };

async function load(asked: Asked, options: LoadOptions, terminal: Terminal): Promise<void> {
  const { interaction } = asked;
  const body = repeatable(readCallBody(options.data, terminal));
  const aim = aimOf(interaction, { rest: asked.rest, method: undefined, hasBody: body !== null });
  const card = readPlatformCard(options.card, terminal.cwd);
  const consumer = consumerSystem(options, card, terminal);
  if (options.yes !== true && consumer.edgeUrl !== card?.edge.https)
    throw new UsageFault(
      `these are real requests to ${consumer.edgeUrl}, which no card of a platform here names: give --yes if you mean it`,
    );
  const provider = await findProvider(asked, options, card, terminal);
  const tally = new LoadTally();
  await using resources = new AsyncDisposableStack();
  const tls = readTlsFiles(consumer.tls, new URL(consumer.edgeUrl).hostname);
  const send = openEdge({ ...tls, url: consumer.edgeUrl, timeoutMs: options.timeout }, resources);
  const one = async () => {
    const startMs = performance.now();
    const answer = await askOnce().catch((error: unknown) => `no answer: ${reasonOf(error)}`);
    tally.add(answer, performance.now() - startMs);
  };
  const askOnce = async () => {
    const prepared = prepareCall(consumer, provider, {
      ...aim,
      interaction,
      body,
      options: { header: [] },
      traceId: randomUUID(),
      nowSeconds: Math.floor(Date.now() / 1_000),
    });
    // What is under way is waited for, so that it is known what came of it.
    const signal = AbortSignal.timeout(options.timeout * 2);
    const answer = await send({ ...prepared, body: openCallBody(body, terminal) }, signal);
    await pipeline(answer.body, nowhere());
    return String(answer.status);
  };
  const shows = setInterval(() => say(terminal, progressOf(tally)), 1_000);
  resources.defer(() => clearInterval(shows));
  const startMs = performance.now();
  const pace = { perSecond: options.rate, seconds: options.for, underWayMax: options.underWay };
  terminal.endByMyself();
  const paced = await keepPace(pace, one, terminal.interrupted);
  clearInterval(shows);
  const result = { ...paced, seconds: (performance.now() - startMs) / 1_000, answers: tally.rows() };
  terminal.out.write(options.json ? formatJson(result) : resultText(result));
  if (result.answers.some(({ answer }) => !/^[123]/.test(answer)))
    throw new CommandFailure('not all were answered well');
}

/** @throws UsageFault for a body that can be read but once */
function repeatable(body: CallBody | null): CallBody | null {
  if (body?.from === 'input' || (body?.from === 'file' && body.bytes === null))
    throw new UsageFault('--data: give a text or a file, that can be sent again and again');
  return body;
}

const nowhere = () =>
  new Writable({
    write(_chunk, _encoding, done) {
      done();
    },
  });

function progressOf(tally: LoadTally): string {
  const counts = [...tally.counts()];
  const answered = counts.reduce((sum, [, requests]) => sum + requests, 0);
  const each = counts.map(([answer, requests]) => `${requests} × ${answer}`);
  return printable(`${answered} answered: ${each.join(', ')}`);
}

type Result = Paced & { readonly seconds: number; readonly answers: readonly TallyRow[] };

const ms = (value: number) => value.toFixed(1);

function resultText({ begun, heldBack, underWayMost, seconds, answers }: Result): string {
  const rows = answers.map(({ answer, requests, p50, p95, p99, max }) => [
    answer,
    String(requests),
    ms(p50),
    ms(p95),
    ms(p99),
    ms(max),
  ]);
  const held = heldBack === 0 ? '' : `; ${heldBack} were not begun, as too many were under way`;
  return (
    formatTable(['ANSWER', 'REQUESTS', 'P50 MS', 'P95 MS', 'P99 MS', 'MAX MS'], rows) +
    `${begun} sent in ${seconds.toFixed(1)} s, at most ${underWayMost} under way${held}.\n`
  );
}

function upTo(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value > 0 && value <= most))
      throw new InvalidArgumentError(`give a number above 0 and at most ${most}`);
    return value;
  };
}
